/** The catalogue: its list, one product in a drawer, and many deleted at once. */

import { Plus, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ViewProps } from "../app/App";
import { goTo } from "../app/route";
import { useMay } from "../session/caller";
import { Button, ButtonLink } from "../ui/controls";
import { Notice, ViewHead } from "../ui/states";
import { BulkDelete } from "./bulk/BulkDelete";
import { useDeletion } from "./bulk/deletion";
import { Running } from "./bulk/Running";
import { readState } from "./filters";
import { ListBody } from "./ListBody";
import { ListTools } from "./ListTools";
import { linkToList, linkToProduct } from "./links";
import { useProductList } from "./list";
import { NewProduct } from "./NewProduct";
import { ProductDrawer } from "./ProductDrawer";
import { UnreadyFilters, useUnreadyFilters } from "./unready";

export default function ProductsView({ route }: ViewProps) {
  const parameters = route.parameters.toString();
  const state = useMemo(() => readState(new URLSearchParams(parameters)), [parameters]);
  const list = useProductList(state);
  const mayWrite = useMay("products:write");
  const deletion = useDeletion();
  const [unready, noteUnready] = useUnreadyFilters();
  const [isDeleting, setDeleting] = useState(false);
  const opened = route.path[1];
  const close = () => goTo(linkToList(state));
  useTopOfNewList(parameters);
  useFocusAfter(opened);
  return (
    <div className="stack">
      <ViewHead title="Products">
        {mayWrite && (
          <>
            <Button icon={<Trash2 size={17} aria-hidden />} onClick={() => setDeleting(true)}>
              Delete many…
            </Button>
            <ButtonLink
              kind="primary"
              icon={<Plus size={18} aria-hidden />}
              href={linkToProduct("new", state)}
            >
              New product
            </ButtonLink>
          </>
        )}
      </ViewHead>
      <Running deletion={deletion} show={() => setDeleting(true)} isShown={isDeleting} />
      <UnreadyFilters value={noteUnready}>
        <ListTools state={state} isBusy={list.isFetching && list.isPlaceholderData} />
      </UnreadyFilters>
      {list.isBehind && <SearchIsBehind />}
      <ListBody state={state} list={list} />
      {isDeleting && (
        <BulkDelete {...{ state, unready, deletion }} onClose={() => setDeleting(false)} />
      )}
      {opened === "new" && <NewProduct state={state} onClose={close} />}
      {opened && opened !== "new" && (
        <ProductDrawer key={opened} id={opened} state={state} onClose={close} />
      )}
    </div>
  );
}

function SearchIsBehind() {
  return (
    <Notice>
      The latest changes are not searched yet. They will be in a moment, and the list shows them
      then.
    </Notice>
  );
}

/** The focus goes back to the row that was opened; when that was deleted, to the content. */
function useFocusAfter(opened: string | undefined): void {
  const before = useRef(opened);
  useEffect(() => {
    const isLost = before.current && !opened && document.activeElement === document.body;
    if (isLost) document.querySelector("main")?.focus({ preventScroll: true });
    before.current = opened;
  }, [opened]);
}

/** Another list is shown from its beginning. */
function useTopOfNewList(parameters: string): void {
  const shown = useRef(parameters);
  useEffect(() => {
    if (shown.current !== parameters) scrollTo(0, 0);
    shown.current = parameters;
  }, [parameters]);
}
