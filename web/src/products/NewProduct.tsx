/** A new product, in the drawer. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Once } from "../api/once";
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
import type { Values } from "./values";

interface Props {
  state: ListState;
  onClose: () => void;
}

export function NewProduct({ state, onClose }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(NEW_PRODUCT));
  const [once] = useState(() => new Once());
  const isDirty = !isSameDraft(draft, draftOf(NEW_PRODUCT));
  const leaving = useLeaving(isDirty);
  const creating = useMutation({
    mutationFn: (values: Values) => once.send(values, (header) => createProduct(values, header)),
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
        onChange={setDraft}
        onSubmit={() => creating.mutate(readDraft(draft))}
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
