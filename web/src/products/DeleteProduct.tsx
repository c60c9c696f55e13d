/** Deletes a product after confirmation. */

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialogs";
import { shorten } from "../ui/format";
import { Notice } from "../ui/states";
import { showToast } from "../ui/toasts";
import { recordChange } from "./changes";
import { deleteProduct, isOutdated, type ReadProduct } from "./edits";
import { undoDeletion } from "./history";
import { toListedProduct } from "./listed";

interface Props {
  read: ReadProduct;
  onDeleted: () => void;
}

export function DeleteProduct({ read, onDeleted }: Props) {
  const [isConfirming, setConfirming] = useState(false);
  return (
    <>
      <Button
        kind="danger"
        icon={<Trash2 size={17} aria-hidden />}
        onClick={() => setConfirming(true)}
      >
        Delete
      </Button>
      {isConfirming && (
        <ConfirmDelete read={read} onDeleted={onDeleted} onCancel={() => setConfirming(false)} />
      )}
    </>
  );
}

function ConfirmDelete({ read, onDeleted, onCancel }: Props & { onCancel: () => void }) {
  const queries = useQueryClient();
  const { id, sku, name } = read.product;
  const deleting = useMutation({
    mutationFn: (etag: string | undefined) => deleteProduct(id, etag),
    onSuccess: () => {
      recordChange(queries, id, null);
      showToast(`${sku} deleted.`, "good", { label: "Undo", run: () => void undo(queries, id) });
      onDeleted();
    },
  });
  const hasChanged = isOutdated(deleting.error);
  return (
    <Confirm
      title="Delete product?"
      action={hasChanged ? "Delete anyway" : "Delete product"}
      isBusy={deleting.isPending}
      error={hasChanged ? undefined : deleting.error}
      onConfirm={() => deleting.mutate(hasChanged ? undefined : read.etag)}
      onClose={onCancel}
    >
      <p>
        <span className="mono">{sku}</span>, {shorten(name)}.
      </p>
      {hasChanged && <Notice tone="warn">Someone changed this product after you opened it.</Notice>}
    </Confirm>
  );
}

/** Bring the product back; the drawer is closed by now, so a toast says what came of it. */
async function undo(queries: QueryClient, id: number): Promise<void> {
  try {
    const { product } = await undoDeletion(id);
    recordChange(queries, id, toListedProduct(product));
    showToast(`${product.sku} restored.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    showToast(`The product wasn't restored. ${reason}`, "bad");
  }
}
