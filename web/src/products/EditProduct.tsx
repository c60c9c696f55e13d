/** The form of an existing product; changes are saved against the version that was read. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useUnsavedChanges } from "../app/unsavedChanges";
import { showToast } from "../ui/toasts";
import { Conflict } from "./Conflict";
import { recordChange } from "./changes";
import { DeleteProduct } from "./DeleteProduct";
import { draftOf, isSameDraft, readDraft } from "./draft";
import { type ReadProduct, saveProduct } from "./edits";
import type { ListState } from "./filters";
import { toListedProduct } from "./listed";
import { Origin } from "./Origin";
import { ProductForm } from "./ProductForm";
import { ProductHistory } from "./ProductHistory";
import {
  type Choices,
  findConflicts,
  findOwnChanges,
  isSame,
  mergeValues,
  type Product,
  type Values,
  valuesOf,
} from "./values";

interface Props {
  read: ReadProduct;
  state: ListState;
  onClose: () => void;
}

export function EditProduct({ read, state, onClose }: Props) {
  const [base, setBase] = useState(read);
  const [theirs, setTheirs] = useState<ReadProduct | null>(null);
  const before = valuesOf(base.product);
  const [draft, setDraft] = useState(() => draftOf(before));
  const isDirty = !isSameDraft(draft, draftOf(before));
  const unsaved = useUnsavedChanges(isDirty);
  const leave = () => {
    unsaved.release();
    onClose();
  };
  const show = (restored: ReadProduct) => {
    setBase(restored);
    setDraft(draftOf(valuesOf(restored.product)));
  };
  const keep = (read: ReadProduct, values: Values) => {
    if (isSame(readDraft(draft), values)) leave();
    else setBase(read); // the form changed while it was being saved
  };
  const saving = useSaving(keep, (now, base, yours) => {
    if (findConflicts(valuesOf(base.product), valuesOf(now.product), yours).length) setTheirs(now);
    else saving.mutate({ base: now, values: yours }); // both made the same change
  });
  const resolve = (now: ReadProduct, choices: Choices) => {
    const values = mergeValues(before, valuesOf(now.product), readDraft(draft), choices);
    setTheirs(null);
    setBase(now);
    setDraft(draftOf(values));
    saving.mutate({ base: now, values });
  };
  return (
    <>
      {theirs ? (
        <Conflict
          conflicts={findConflicts(before, valuesOf(theirs.product), readDraft(draft))}
          own={listOwnChanges(before, theirs.product, readDraft(draft))}
          changedAt={theirs.product.updated_at}
          onResolve={(choices) => resolve(theirs, choices)}
          onBack={() => setTheirs(null)}
        />
      ) : (
        <ProductForm
          draft={draft}
          onChange={setDraft}
          onSubmit={() => saving.mutate({ base, values: readDraft(draft) })}
          error={saving.error}
          isBusy={saving.isPending}
          isDirty={isDirty}
          submitLabel="Save changes"
          state={state}
          action={<DeleteProduct read={base} onDeleted={leave} />}
        >
          <Origin product={base.product} />
          <ProductHistory read={base} isDirty={isDirty} onRestored={show} />
        </ProductForm>
      )}
      {unsaved.dialog}
    </>
  );
}

function listOwnChanges(before: Values, theirs: Product, yours: Values) {
  return findOwnChanges(before, valuesOf(theirs), yours).map((name) => ({
    name,
    yours: yours[name],
  }));
}

interface Saving {
  base: ReadProduct;
  values: Values;
}

/** Save the values; `onChanged` receives the current product if someone else changed it. */
function useSaving(
  onSaved: (read: ReadProduct, values: Values) => void,
  onChanged: (now: ReadProduct, base: ReadProduct, yours: Values) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ base, values }: Saving) => saveProduct(base, values),
    onSuccess: (saved, { base, values }) => {
      if (!saved.isSaved) return onChanged(saved.theirs, base, values);
      const { product } = saved.read;
      recordChange(queries, product.id, toListedProduct(product));
      showToast(`${product.sku} saved.`);
      onSaved(saved.read, values);
    },
  });
}
