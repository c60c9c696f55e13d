/** A job's status and outcomes in brief, the same wherever a job is shown. */

import { Fragment } from "react";
import { formatCount } from "../ui/format";
import { Badge, type Tone } from "../ui/states";
import type { Job, JobSummary } from "./job";

const STATUSES: Record<Job["status"], [string, Tone | undefined]> = {
  PENDING: ["Waiting", undefined],
  PROCESSING: ["At work", "info"],
  COMPLETED: ["Completed", "good"],
  FAILED: ["Failed", "bad"],
  CANCELLED: ["Cancelled", "warn"],
};

export function StatusBadge({ job }: { job: JobSummary | Job }) {
  const [name, tone] = STATUSES[job.status];
  const isStopping = job.cancel_requested && job.status === "PROCESSING";
  if (isFruitless(job)) return <Badge tone="warn">{name} · nothing imported</Badge>;
  return <Badge tone={tone}>{isStopping ? "Stopping" : name}</Badge>;
}

/** Whether an import went to its end, and none of its records was good. */
export function isFruitless(job: Pick<JobSummary, "kind" | "status" | "counts">): boolean {
  if (job.kind !== "import" || job.status !== "COMPLETED") return false;
  const { rejected, ...good } = { rejected: 0, ...job.counts };
  return Object.values(good).every((count) => count === 0);
}

/** The outcomes that there are any of: "1,200 created · 3 rejected". */
export function CountsInBrief({ job }: { job: JobSummary | Job }) {
  const some = Object.entries(job.counts).filter(([, count]) => count > 0);
  if (!some.length)
    return (
      <span className="soft" data-none>
        –
      </span>
    );
  return some.map(([outcome, count], i) => (
    <Fragment key={outcome}>
      {i > 0 && " · "}
      <span className="whole">
        {formatCount(count)} {outcome}
      </span>
    </Fragment>
  ));
}

/** Return how many seconds a job has taken so far; undefined before it has begun. */
export function secondsOf(job: Pick<Job, "started_at" | "finished_at">, now = Date.now()) {
  if (!job.started_at) return undefined;
  const end = job.finished_at ? Date.parse(job.finished_at) : now;
  return Math.max(0, end - Date.parse(job.started_at)) / 1_000;
}
