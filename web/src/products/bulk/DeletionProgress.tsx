/** The progress and the result of a bulk delete. */

import { messageFor } from "../../api/messages";
import { linkTo } from "../../app/route";
import { CancelButton } from "../../jobs/CancelButton";
import type { BulkDeleteJob } from "../../jobs/job";
import { UndoButton } from "../../jobs/undo/UndoButton";
import { UndoTime } from "../../jobs/undo/UndoTime";
import { Button, ButtonLink } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { ErrorNotice, Loading, Notice, Progress } from "../../ui/states";
import { countProducts } from "../describe";
import type { Deletion } from "./deletion";

const PHASES = {
  claim: "Waiting for other jobs…",
  plan: "Selecting products…",
  delete: "Deleting…",
  finish: "Finishing…",
};

interface Props {
  deletion: Deletion;
  onClose: () => void;
}

export function DeletionProgress({ deletion, onClose }: Props) {
  const { job, isFinished, error } = deletion;
  if (!job) return error ? <ErrorNotice error={error} /> : <Loading>Starting…</Loading>;
  return (
    <>
      {isFinished ? <DeletionResult job={job} /> : <DeletionStatus job={job} />}
      {error && !isFinished && <ErrorNotice error={error} />}
      <div className="row">
        {!isFinished && <CancelButton job={job} label="Stop deleting" />}
        <UndoButton job={job} />
        <Button onClick={onClose}>{isFinished ? "Close" : "Run in background"}</Button>
        <ButtonLink kind="quiet" href={linkTo(`jobs/${job.job_id}`)}>
          History
        </ButtonLink>
      </div>
    </>
  );
}

export function DeletionStatus({ job }: { job: BulkDeleteJob }) {
  const { records_total: total } = job.progress;
  const phase = PHASES[job.phase ?? "claim"];
  return (
    <div className="stack tight">
      <span>{phase}</span>
      <Progress label={phase} percent={job.progress.percent} />
      <span className="soft small">
        {formatCount(job.counts.deleted)}
        {total === null ? "" : ` of ${formatCount(total)}`} deleted
        {job.counts.skipped > 0 && `, ${formatCount(job.counts.skipped)} skipped`}
      </span>
    </div>
  );
}

export function DeletionResult({ job }: { job: BulkDeleteJob }) {
  const { tone, text } = describeResult(job);
  return (
    <Notice tone={tone}>
      {text}
      {job.counts.skipped > 0 && (
        <p className="small">
          {formatCount(job.counts.skipped)} skipped: deleted, or changed to no longer match,
          meanwhile.
        </p>
      )}
      <div>
        <UndoTime job={job} />
      </div>
    </Notice>
  );
}

/** Describe the result of a finished bulk delete. */
export function describeResult(job: BulkDeleteJob): {
  tone: "good" | "warn" | "bad";
  text: string;
} {
  const { deleted } = job.counts;
  const done = `${countProducts(deleted)} deleted`;
  if (job.status === "COMPLETED") return { tone: "good", text: `${done}.` };
  if (job.status === "CANCELLED") return { tone: "warn", text: `Stopped. ${done}.` };
  return { tone: "bad", text: `${job.error ? messageFor(job.error) : "Failed."} ${done}.` };
}
