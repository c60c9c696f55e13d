/** One product, beside the list. */

import { useQuery } from "@tanstack/react-query";
import { Dialog } from "../ui/dialogs";
import { Fault, Loading } from "../ui/states";
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
    // The form is about the version that was read: it is not changed under the hands of who types.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Dialog isDrawer title={reading.data?.product.name ?? "Product"} onClose={onClose}>
      {reading.isPending && <Loading>Loading the product…</Loading>}
      {reading.error && <Fault error={reading.error} retry={() => void reading.refetch()} />}
      {reading.data && <EditProduct read={reading.data} state={state} onClose={onClose} />}
    </Dialog>
  );
}
