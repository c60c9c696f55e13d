/** A product in a drawer beside the list. */

import { useQuery } from "@tanstack/react-query";
import { Dialog } from "../ui/dialogs";
import { ErrorNotice, Loading } from "../ui/states";
import { EditProduct } from "./EditProduct";
import { readProduct } from "./edits";
import type { ListState } from "./filters";

interface Props {
  id: string;
  state: ListState;
  onClose: () => void;
}

export function ProductDrawer({ id, state, onClose }: Props) {
  const reading = useQuery({
    queryKey: ["product", id],
    queryFn: ({ signal }) => readProduct(Number(id), signal),
    // The form edits the version that was read, so that version must not be refetched.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Dialog isDrawer title={reading.data?.product.name ?? "Product"} onClose={onClose}>
      {reading.isPending && <Loading>Loading product…</Loading>}
      {reading.error && <ErrorNotice error={reading.error} retry={() => void reading.refetch()} />}
      {reading.data && <EditProduct read={reading.data} state={state} onClose={onClose} />}
    </Dialog>
  );
}
