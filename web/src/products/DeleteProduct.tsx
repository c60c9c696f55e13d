/** Deletes one product, after asking. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Fault, Notice } from "../ui/states";
import { say } from "../ui/toasts";
import { noteChange } from "./changes";
import { deleteProduct, isChanged, type ReadProduct } from "./edits";

interface Props {
  read: ReadProduct;
  /** Before the drawer closes: what was typed into it is of no use any more. */
  onDeleted: () => void;
  onClose: () => void;
}

export function DeleteProduct(props: Props) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button kind="danger" icon={<Trash2 size={17} aria-hidden />} onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && <Question {...props} onCancel={() => setAsking(false)} />}
    </>
  );
}

function Question({ read, onDeleted, onClose, onCancel }: Props & { onCancel: () => void }) {
  const queries = useQueryClient();
  const { id, sku, name } = read.product;
  const deleting = useMutation({
    mutationFn: (etag: string | undefined) => deleteProduct(id, etag),
    onSuccess: () => {
      noteChange(queries, id, null);
      say(`${sku} is deleted.`);
      onDeleted();
      onClose();
    },
  });
  const hasChanged = isChanged(deleting.error);
  return (
    <Dialog title="Delete this product?" onClose={onCancel}>
      <p>
        <span className="mono">{sku}</span>, {name}. It cannot be brought back, except by importing
        it again.
      </p>
      {hasChanged && (
        <Notice tone="warn">
          Somebody changed it since you opened it. Delete it all the same?
        </Notice>
      )}
      {deleting.error && !hasChanged && <Fault error={deleting.error} />}
      <div className="row">
        <Button
          kind="danger"
          isBusy={deleting.isPending}
          onClick={() => deleting.mutate(hasChanged ? undefined : read.etag)}
        >
          {hasChanged ? "Delete it all the same" : "Delete it"}
        </Button>
        <Button onClick={onCancel} autoFocus>
          Keep it
        </Button>
      </div>
    </Dialog>
  );
}
