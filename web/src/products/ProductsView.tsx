/** The products: the list, a product in a drawer, export and bulk delete. */

import { FileDown, Plus, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { goTo, type ViewProps } from "../app/route";
import { useFollowedJob } from "../jobs/followed";
import { useHasScope } from "../session/caller";
import { Button, ButtonLink } from "../ui/controls";
import { Notice, ViewHead } from "../ui/states";
import { BackgroundDeletion } from "./bulk/BackgroundDeletion";
import { BulkDelete } from "./bulk/BulkDelete";
import { useDeletion } from "./bulk/deletion";
import { BackgroundExport } from "./export/BackgroundExport";
import { ExportProducts } from "./export/ExportProducts";
import { readState } from "./filters";
import { InvalidFiltersContext, useInvalidFilters } from "./invalidFilters";
import { ListBody } from "./ListBody";
import { ListTools } from "./ListTools";
import { linkToList, linkToProduct } from "./links";
import { useProductList } from "./list";
import { NewProduct } from "./NewProduct";
import { ProductDrawer } from "./ProductDrawer";
import style from "./tools.module.css";

export default function ProductsView({ route }: ViewProps) {
  const parameters = route.parameters.toString();
  const state = useMemo(() => readState(new URLSearchParams(parameters)), [parameters]);
  const list = useProductList(state);
  const canWrite = useHasScope("products:write");
  const deletion = useDeletion();
  const [invalidFilters, reportInvalid] = useInvalidFilters();
  const exporting = useFollowedJob("export");
  const [dialog, setDialog] = useState<"delete" | "export" | null>(null);
  const closeDialog = () => setDialog(null);
  const opened = route.path[1];
  const close = () => goTo(linkToList(state));
  useScrollToTop(parameters);
  useRestoreFocus(opened);
  return (
    <div className="stack">
      <ViewHead title="Products">
        <div className={`row ${style.actions}`}>
          {" "}
          <Button icon={<FileDown size={17} aria-hidden />} onClick={() => setDialog("export")}>
            Export
          </Button>
          {canWrite && (
            <>
              <Button icon={<Trash2 size={17} aria-hidden />} onClick={() => setDialog("delete")}>
                Bulk delete
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
        </div>{" "}
      </ViewHead>
      <BackgroundDeletion
        deletion={deletion}
        show={() => setDialog("delete")}
        isShown={dialog === "delete"}
      />
      <BackgroundExport
        exporting={exporting}
        show={() => setDialog("export")}
        isShown={dialog === "export"}
      />
      <InvalidFiltersContext value={reportInvalid}>
        <ListTools state={state} isBusy={list.isFetching && list.isPlaceholderData} />
      </InvalidFiltersContext>
      {list.isSearchStale && <SearchIsStale />}
      <ListBody state={state} list={list} />
      {dialog === "delete" && (
        <BulkDelete {...{ state, invalidFilters, deletion }} onClose={closeDialog} />
      )}
      {dialog === "export" && (
        <ExportProducts {...{ state, invalidFilters, exporting }} onClose={closeDialog} />
      )}
      {opened === "new" && <NewProduct state={state} onClose={close} />}
      {opened && opened !== "new" && (
        <ProductDrawer key={opened} id={opened} state={state} onClose={close} />
      )}
    </div>
  );
}

function SearchIsStale() {
  return (
    <Notice>
      The search index is being updated. The list refreshes when the latest changes are included.
    </Notice>
  );
}

/** Focus the content after the drawer closes if its row is gone. */
function useRestoreFocus(opened: string | undefined): void {
  const previous = useRef(opened);
  useEffect(() => {
    const isLost = previous.current && !opened && document.activeElement === document.body;
    if (isLost) document.querySelector("main")?.focus({ preventScroll: true });
    previous.current = opened;
  }, [opened]);
}

/** Scroll to the top when the list changes. */
function useScrollToTop(parameters: string): void {
  const shown = useRef(parameters);
  useEffect(() => {
    if (shown.current !== parameters) scrollTo(0, 0);
    shown.current = parameters;
  }, [parameters]);
}
