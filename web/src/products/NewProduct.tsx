/** A new product, in the drawer. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { once } from "../api/client";
import { useLeaving } from "../app/leaving";
import { goTo } from "../app/route";
import { Dialog } from "../ui/dialogs";
import { say } from "../ui/toasts";
import { draftOf, isSameDraft, NEW_PRODUCT, readDraft } from "./draft";
import { createProduct } from "./edits";
import type { ListState } from "./filters";
import { linkToProduct } from "./links";
import { renewLists } from "./list";
import { ProductForm } from "./ProductForm";

interface Props {
  state: ListState;
  onClose: () => void;
}

export function NewProduct({ state, onClose }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(NEW_PRODUCT));
  const [key, setKey] = useState(once);
  const isDirty = !isSameDraft(draft, draftOf(NEW_PRODUCT));
  const leaving = useLeaving(isDirty);
  const creating = useMutation({
    mutationFn: () => createProduct(readDraft(draft), key),
    onSuccess: (product) => {
      say(`${product.sku} is created.`);
      renewLists(queries);
      leaving.release();
      goTo(linkToProduct(product.id, state), { replace: true });
    },
  });
  return (
    <Dialog isDrawer title="New product" onClose={onClose}>
      <ProductForm
        draft={draft}
        onChange={(changed) => {
          setDraft(changed);
          if (creating.isError) setKey(once()); // it is another request by then
        }}
        onSubmit={() => creating.mutate()}
        error={creating.error}
        isBusy={creating.isPending}
        isDirty={isDirty}
        submitWords="Create the product"
        state={state}
      />
      {leaving.question}
    </Dialog>
  );
}
