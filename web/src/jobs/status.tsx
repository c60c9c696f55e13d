/** A job's status and counts, for all views. */

import { Fragment } from "react";
import { formatCount } from "../ui/format";
import { Badge, type Tone } from "../ui/states";
import type { Job, JobSummary } from "./job";

const STATUSES: Record<Job["status"], [string, Tone | undefined]> = {
  PENDING: ["Waiting", undefined],
  PROCESSING: ["Running", "info"],
  PLANNED: ["Ready to apply", "info"],
  COMPLETED: ["Completed", "good"],
  FAILED: ["Failed", "bad"],
  CANCELLED: ["Cancelled", "warn"],
};

export function StatusBadge({ job }: { job: JobSummary | Job }) {
  const [name, tone] = STATUSES[job.status];
  const isCancelling = job.cancel_requested && job.status === "PROCESSING";
  if (hasImportedNothing(job)) return <Badge tone="warn">{name} · no records imported</Badge>;
  return <Badge tone={tone}>{isCancelling ? "Cancelling" : name}</Badge>;
}

/** Whether an import completed without importing any record. */
export function hasImportedNothing(job: Pick<JobSummary, "kind" | "status" | "counts">): boolean {
  if (job.kind !== "import" || job.status !== "COMPLETED") return false;
  const { rejected, ...imported } = { rejected: 0, ...job.counts };
  return Object.values(imported).every((count) => count === 0);
}

/** The nonzero counts: "1,200 created · 3 rejected". */
export function CountsSummary({ job }: { job: JobSummary | Job }) {
  const nonzero = Object.entries(job.counts).filter(([, count]) => count > 0);
  if (!nonzero.length)
    return (
      <span className="soft" data-none>
        –
      </span>
    );
  return nonzero.map(([outcome, count], i) => (
    <Fragment key={outcome}>
      {i > 0 && " · "}
      <span className="whole">
        {formatCount(count)} {outcome}
      </span>
    </Fragment>
  ));
}

/** Return a job's duration so far in seconds; undefined before it starts. */
export function durationSeconds(job: Pick<Job, "started_at" | "finished_at">, now = Date.now()) {
  if (!job.started_at) return undefined;
  const end = job.finished_at ? Date.parse(job.finished_at) : now;
  return Math.max(0, end - Date.parse(job.started_at)) / 1_000;
}
