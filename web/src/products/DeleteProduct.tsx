/** Deletes one product, after asking. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialogs";
import { shorten } from "../ui/format";
import { Notice } from "../ui/states";
import { say } from "../ui/toasts";
import { noteChange } from "./changes";
import { deleteProduct, isChanged, type ReadProduct } from "./edits";

interface Props {
  read: ReadProduct;
  onDeleted: () => void;
}

export function DeleteProduct({ read, onDeleted }: Props) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button kind="danger" icon={<Trash2 size={17} aria-hidden />} onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && <Question read={read} onDeleted={onDeleted} onCancel={() => setAsking(false)} />}
    </>
  );
}

function Question({ read, onDeleted, onCancel }: Props & { onCancel: () => void }) {
  const queries = useQueryClient();
  const { id, sku, name } = read.product;
  const deleting = useMutation({
    mutationFn: (etag: string | undefined) => deleteProduct(id, etag),
    onSuccess: () => {
      noteChange(queries, id, null);
      say(`${sku} is deleted.`);
      onDeleted();
    },
  });
  const hasChanged = isChanged(deleting.error);
  return (
    <Confirm
      title="Delete this product?"
      action={hasChanged ? "Delete it all the same" : "Delete it"}
      isBusy={deleting.isPending}
      error={hasChanged ? undefined : deleting.error}
      onConfirm={() => deleting.mutate(hasChanged ? undefined : read.etag)}
      onClose={onCancel}
    >
      <p>
        <span className="mono">{sku}</span>, {shorten(name)}. It cannot be brought back, except by
        importing it again.
      </p>
      {hasChanged && <Notice tone="warn">Somebody changed it since you opened it.</Notice>}
    </Confirm>
  );
}
