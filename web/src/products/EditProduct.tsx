/** The form of one product: its changes are saved on the version that was read. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLeaving } from "../app/leaving";
import { say } from "../ui/toasts";
import { Conflict } from "./Conflict";
import { noteChange } from "./changes";
import { DeleteProduct } from "./DeleteProduct";
import { draftOf, isSameDraft, readDraft } from "./draft";
import { type ReadProduct, saveProduct } from "./edits";
import type { ListState } from "./filters";
import { listedOf } from "./list";
import { Origin } from "./Origin";
import { ProductForm } from "./ProductForm";
import {
  type Choices,
  findClashes,
  findOwn,
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
  const leaving = useLeaving(isDirty);
  const leave = () => {
    leaving.release();
    onClose();
  };
  const keep = (read: ReadProduct, values: Values) => {
    if (isSame(readDraft(draft), values)) leave();
    else setBase(read); // it was typed on while it was saved
  };
  const saving = useSaving(keep, (now, base, yours) => {
    if (findClashes(valuesOf(base.product), valuesOf(now.product), yours).length) setTheirs(now);
    else saving.mutate({ base: now, values: yours }); // both made the same of it
  });
  const decide = (now: ReadProduct, choices: Choices) => {
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
          clashes={findClashes(before, valuesOf(theirs.product), readDraft(draft))}
          own={findOwnChanges(before, theirs.product, readDraft(draft))}
          changedAt={theirs.product.updated_at}
          onDecide={(choices) => decide(theirs, choices)}
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
          submitWords="Save changes"
          state={state}
          beside={<DeleteProduct read={base} onDeleted={leave} />}
        >
          <Origin product={base.product} />
        </ProductForm>
      )}
      {leaving.question}
    </>
  );
}

function findOwnChanges(before: Values, theirs: Product, yours: Values) {
  return findOwn(before, valuesOf(theirs), yours).map((name) => ({ name, yours: yours[name] }));
}

interface Saving {
  base: ReadProduct;
  values: Values;
}

/** Saves; when somebody else was faster, tells what the product is now. */
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
      noteChange(queries, product.id, listedOf(product));
      say(`${product.sku} is saved.`);
      onSaved(saved.read, values);
    },
  });
}
