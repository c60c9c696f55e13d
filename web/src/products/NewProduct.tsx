/** The form of a new product, in a drawer. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { IdempotentRequest } from "../api/idempotency";
import { goTo } from "../app/route";
import { useUnsavedChanges } from "../app/unsavedChanges";
import { Dialog } from "../ui/dialogs";
import { showToast } from "../ui/toasts";
import { draftOf, isSameDraft, NEW_PRODUCT, readDraft } from "./draft";
import { createProduct } from "./edits";
import type { ListState } from "./filters";
import { linkToProduct } from "./links";
import { reloadLists } from "./list";
import { ProductForm } from "./ProductForm";
import type { Values } from "./values";

interface Props {
  state: ListState;
  onClose: () => void;
}

export function NewProduct({ state, onClose }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(NEW_PRODUCT));
  const [idempotent] = useState(() => new IdempotentRequest());
  const isDirty = !isSameDraft(draft, draftOf(NEW_PRODUCT));
  const unsaved = useUnsavedChanges(isDirty);
  const creating = useMutation({
    mutationFn: (values: Values) =>
      idempotent.send(values, (header) => createProduct(values, header)),
    onSuccess: (product) => {
      showToast(`${product.sku} created.`);
      reloadLists(queries);
      unsaved.release();
      goTo(linkToProduct(product.id, state), { replace: true });
    },
  });
  return (
    <Dialog isDrawer title="New product" onClose={onClose}>
      <ProductForm
        draft={draft}
        onChange={setDraft}
        onSubmit={() => creating.mutate(readDraft(draft))}
        error={creating.error}
        isBusy={creating.isPending}
        isDirty={isDirty}
        submitLabel="Create product"
        state={state}
      />
      {unsaved.dialog}
    </Dialog>
  );
}
