/** Deletes many products: which, how many, sure, and then the job until its end. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../ui/dialogs";
import { formatCount } from "../../ui/format";
import { Fault, Loading, Notice } from "../../ui/states";
import { isFiltered, type ListState } from "../filters";
import { countProducts } from "../words";
import { Confirm } from "./Confirm";
import { DeletionProgress } from "./DeletionProgress";
import { countSelected, type Deletion } from "./deletion";
import { Which } from "./Which";

interface Props {
  state: ListState;
  deletion: Deletion;
  onClose: () => void;
}

export function BulkDelete({ state, deletion, onClose }: Props) {
  const close = () => {
    if (deletion.isOver) deletion.follow(null);
    onClose();
  };
  return (
    <Dialog title="Delete many products" onClose={close}>
      {deletion.jobId ? (
        <DeletionProgress deletion={deletion} onClose={close} />
      ) : (
        <Selecting state={state} onBegun={deletion.follow} onClose={close} />
      )}
    </Dialog>
  );
}

interface SelectingProps {
  state: ListState;
  onBegun: (jobId: string) => void;
  onClose: () => void;
}

function Selecting({ state, onBegun, onClose }: SelectingProps) {
  const queries = useQueryClient();
  const [isAll, setAll] = useState(!isFiltered(state.filters));
  const [expected, setExpected] = useState<number | null>(null);
  const selection = isAll ? null : state.filters;
  const queryKey = ["bulk-count", selection];
  const counting = useQuery({
    queryKey,
    queryFn: ({ signal }) => countSelected(selection, signal),
    staleTime: Number.POSITIVE_INFINITY, // the count one types must not change under one's hands
    gcTime: 0,
  });
  const count = counting.data;
  const recount = (now: number) => {
    setExpected(count ?? null);
    queries.setQueryData(queryKey, now);
  };
  return (
    <>
      <Which
        filters={state.filters}
        isAll={isAll}
        onChoose={(all) => {
          setAll(all);
          setExpected(null);
        }}
      />
      {counting.isPending && <Loading>Counting them…</Loading>}
      {counting.error && <Fault error={counting.error} retry={() => void counting.refetch()} />}
      {expected !== null && count !== undefined && (
        <Notice tone="warn">
          Meanwhile they are {countProducts(count)}, no longer {formatCount(expected)}. Nothing is
          deleted yet.
        </Notice>
      )}
      {count !== undefined && (
        <Confirm
          key={`${isAll} ${count}`}
          selection={selection}
          count={count}
          onBegun={onBegun}
          onRecount={recount}
          onClose={onClose}
        />
      )}
    </>
  );
}
