/** The progress and the result of an undo. */

import { messageFor } from "../../api/messages";
import { formatCount } from "../../ui/format";
import { Notice, Progress } from "../../ui/states";
import type { RevertJob } from "../job";
import { describeResult } from "./describe";

const PHASES: Record<NonNullable<RevertJob["phase"]>, string> = {
  claim: "Waiting for other jobs…",
  plan: "Selecting products…",
  restore: "Undoing…",
  finish: "Finishing…",
};

export function RevertStatus({ job }: { job: RevertJob }) {
  const { records_total: total, records_done, percent } = job.progress;
  const phase = PHASES[job.phase ?? "claim"];
  return (
    <div className="stack tight">
      <span>{phase}</span>
      <Progress label={phase} percent={percent} />
      <span className="soft small">
        {formatCount(records_done)}
        {total === null ? "" : ` of ${formatCount(total)}`} products
      </span>
    </div>
  );
}

/** What a finished undo has done. */
export function RevertResult({ job }: { job: RevertJob }) {
  const done = describeResult(job.counts);
  if (job.status === "COMPLETED") return <Notice tone="good">{done}</Notice>;
  if (job.status === "CANCELLED") {
    return (
      <Notice tone="warn" title="Stopped.">
        {done}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title="The undo failed.">
      {job.error && messageFor(job.error)} {done}
    </Notice>
  );
}
