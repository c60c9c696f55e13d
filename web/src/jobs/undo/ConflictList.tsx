/** The products that a finished undo found changed: which, why, and what happened to them. */

import { useState } from "react";
import { formatCount } from "../../ui/format";
import { More } from "../../ui/rows";
import { ErrorNotice, Loading } from "../../ui/states";
import type { RevertJob } from "../job";
import { ConflictTable } from "./ConflictTable";
import { useConflicts } from "./undo";

export function ConflictList({ job }: { job: RevertJob }) {
  const [isOpen, setOpen] = useState(false);
  const kept = job.counts.conflicts;
  if (!kept && job.on_conflict === "keep") return null;
  return (
    <details className="stack" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Products changed afterwards: {formatCount(kept)} kept</summary>
      {isOpen && <Conflicts job={job} />}
    </details>
  );
}

function Conflicts({ job }: { job: RevertJob }) {
  const found = useConflicts(job);
  if (found.isPending) return <Loading />;
  if (!found.data) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  const conflicts = found.data.pages.flatMap((page) => page.items);
  if (!conflicts.length) return <p className="soft">No product was changed afterwards.</p>;
  return (
    <>
      <ConflictTable conflicts={conflicts} isDone />
      <More {...found} />
    </>
  );
}
