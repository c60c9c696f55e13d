/** The bulk delete dialog: selection, confirmation, then the job's progress. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../ui/dialogs";
import { formatCount } from "../../ui/format";
import { ErrorNotice, Loading, Notice } from "../../ui/states";
import { isFiltered, type ListState } from "../filters";
import { InvalidFilterNotice } from "../InvalidFilterNotice";
import { SelectionChoice } from "../SelectionChoice";
import { Confirm } from "./Confirm";
import { DeletionProgress } from "./DeletionProgress";
import { countSelected, type Deletion } from "./deletion";

interface Props {
  state: ListState;
  /** The labels of invalid filters. */
  invalidFilters: string[];
  deletion: Deletion;
  onClose: () => void;
}

export function BulkDelete({ state, invalidFilters, deletion, onClose }: Props) {
  const close = () => {
    if (deletion.isFinished) deletion.follow(null);
    onClose();
  };
  return (
    <Dialog title="Bulk delete" onClose={close}>
      {deletion.jobId ? (
        <DeletionProgress deletion={deletion} onClose={close} />
      ) : invalidFilters.length > 0 ? (
        <InvalidFilterNotice
          invalidFilters={invalidFilters}
          action="delete products"
          onClose={close}
        />
      ) : (
        <SelectProducts state={state} onStarted={deletion.follow} onClose={close} />
      )}
    </Dialog>
  );
}

interface SelectProps {
  state: ListState;
  onStarted: (jobId: string) => void;
  onClose: () => void;
}

function SelectProducts({ state, onStarted, onClose }: SelectProps) {
  const queries = useQueryClient();
  const [isAll, setAll] = useState(!isFiltered(state.filters));
  const [expected, setExpected] = useState<number | null>(null);
  const selection = isAll ? null : state.filters;
  const queryKey = ["bulk-count", selection];
  const counting = useQuery({
    queryKey,
    queryFn: ({ signal }) => countSelected(selection, signal),
    staleTime: Number.POSITIVE_INFINITY, // the count must not change while it is typed
    gcTime: 0,
  });
  const selected = counting.data;
  const recount = (count: number) => {
    setExpected(selected?.count ?? null);
    queries.setQueryData(queryKey, { ...selected, count });
  };
  return (
    <>
      <SelectionChoice
        legend="Products to delete"
        filters={state.filters}
        isAll={isAll}
        onChoose={(all) => {
          setAll(all);
          setExpected(null);
        }}
      >
        No filters are set, so this deletes <strong>all products</strong>. To delete only some, set
        filters first.
      </SelectionChoice>
      {counting.isPending && <Loading>Counting products…</Loading>}
      {counting.error && (
        <ErrorNotice error={counting.error} retry={() => void counting.refetch()} />
      )}
      {expected !== null && selected && (
        <Notice tone="warn">
          The count changed from {formatCount(expected)} to {formatCount(selected.count)}. Nothing
          has been deleted.
        </Notice>
      )}
      {selected && (
        <Confirm
          key={`${isAll} ${selected.count}`}
          selection={selection}
          selected={selected}
          onStarted={onStarted}
          onRecount={recount}
          onClose={onClose}
        />
      )}
    </>
  );
}
