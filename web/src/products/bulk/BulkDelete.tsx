/** Deletes many products: which, how many, sure, and then the job until its end. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/controls";
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
  /** The filters that were typed and are none. */
  unready: string[];
  deletion: Deletion;
  onClose: () => void;
}

export function BulkDelete({ state, unready, deletion, onClose }: Props) {
  const close = () => {
    if (deletion.isOver) deletion.follow(null);
    onClose();
  };
  return (
    <Dialog title="Delete many products" onClose={close}>
      {deletion.jobId ? (
        <DeletionProgress deletion={deletion} onClose={close} />
      ) : unready.length > 0 ? (
        <NotYet unready={unready} onClose={close} />
      ) : (
        <Selecting state={state} onBegun={deletion.follow} onClose={close} />
      )}
    </Dialog>
  );
}

/** Without a filter that was meant, they would be more products than were meant. */
function NotYet({ unready, onClose }: { unready: string[]; onClose: () => void }) {
  return (
    <>
      <Notice tone="warn" title={`The filter “${unready[0]}” cannot be read.`}>
        So it is not known which products you mean. Mend or empty it first.
      </Notice>
      <div>
        <Button onClick={onClose}>Back to the filters</Button>
      </div>
    </>
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
