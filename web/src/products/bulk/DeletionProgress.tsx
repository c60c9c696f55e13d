/** How far a bulk delete is, and how it ended. */

import { wordsOf } from "../../api/words";
import { linkTo } from "../../app/route";
import { CancelButton } from "../../jobs/CancelButton";
import type { BulkDeleteJob } from "../../jobs/job";
import { Button, ButtonLink } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { Fault, Loading, Notice, Progress } from "../../ui/states";
import { countProducts } from "../words";
import type { Deletion } from "./deletion";

const PHASES = {
  claim: "Waiting for its turn…",
  plan: "Finding the products…",
  delete: "Deleting…",
  finish: "Finishing…",
};

interface Props {
  deletion: Deletion;
  onClose: () => void;
}

export function DeletionProgress({ deletion, onClose }: Props) {
  const { job, isOver, error } = deletion;
  if (!job) return error ? <Fault error={error} /> : <Loading>It begins…</Loading>;
  return (
    <>
      {isOver ? <Ending job={job} /> : <UnderWay job={job} />}
      {error && !isOver && <Fault error={error} />}
      <div className="row">
        {!isOver && <CancelButton job={job} words="Stop it" />}
        <Button onClick={onClose}>{isOver ? "Close" : "Close, and let it go on"}</Button>
        <ButtonLink kind="quiet" href={linkTo(`jobs/${job.job_id}`)}>
          History
        </ButtonLink>
      </div>
    </>
  );
}

export function UnderWay({ job }: { job: BulkDeleteJob }) {
  const { records_total: total } = job.progress;
  const words = PHASES[job.phase ?? "claim"];
  return (
    <div className="stack tight">
      <span>{words}</span>
      <Progress label={words} percent={job.progress.percent} />
      <span className="soft small">
        {formatCount(job.counts.deleted)}
        {total === null ? "" : ` of ${formatCount(total)}`} deleted
        {job.counts.skipped > 0 && `, ${formatCount(job.counts.skipped)} skipped`}
      </span>
    </div>
  );
}

export function Ending({ job }: { job: BulkDeleteJob }) {
  const { tone, words } = describeEnding(job);
  return (
    <Notice tone={tone}>
      {words}
      {job.counts.skipped > 0 && (
        <p className="small">
          {formatCount(job.counts.skipped)} skipped: edited meanwhile, so that they were no longer
          meant, or gone already.
        </p>
      )}
    </Notice>
  );
}

/** Say how a bulk delete ended. */
export function describeEnding(job: BulkDeleteJob): {
  tone: "good" | "warn" | "bad";
  words: string;
} {
  const { deleted } = job.counts;
  const done = `${countProducts(deleted)} ${deleted === 1 ? "is" : "are"} deleted`;
  if (job.status === "COMPLETED") return { tone: "good", words: `${done}.` };
  if (job.status === "CANCELLED") return { tone: "warn", words: `It was stopped. ${done}.` };
  return { tone: "bad", words: `${job.error ? wordsOf(job.error) : "It failed."} ${done}.` };
}
