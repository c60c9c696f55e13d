/** One bulk delete: how far it is, what it deleted, and a way to stop it. */

import { useQuery } from "@tanstack/react-query";
import { wordsOf } from "../api/words";
import { Dialog } from "../ui/dialogs";
import { formatCount, formatSeconds, Time } from "../ui/format";
import { Fault, Loading, Notice, Progress } from "../ui/states";
import { CancelButton } from "./CancelButton";
import { type BulkDeleteJob, isFinal, jobQuery } from "./job";
import style from "./jobs.module.css";
import { RetryButton } from "./RetryButton";
import { describeSelection } from "./selection";
import { StatusBadge, secondsOf } from "./status";

export function BulkDelete({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(jobQuery(jobId));
  const job = data?.job;
  return (
    <Dialog title="Bulk delete" onClose={onClose} isDrawer>
      {!job && !error && <Loading />}
      {!job && error && <Fault error={error} retry={() => void refetch()} />}
      {job?.kind === "bulk_delete" && <Detail job={job} />}
      {job?.kind === "import" && <Notice tone="warn">This job is an import.</Notice>}
    </Dialog>
  );
}

function Detail({ job }: { job: BulkDeleteJob }) {
  const { counts, progress, error, requested_by } = job;
  const seconds = secondsOf(job);
  return (
    <>
      <div className="row">
        <StatusBadge job={job} />
        <span>Delete {describeSelection(job.selection)}</span>
      </div>
      <Progress label="Bulk delete" percent={isFinal(job) ? 100 : progress.percent} />
      {error && (
        <Notice tone="bad" title="It failed.">
          {wordsOf(error)}
        </Notice>
      )}
      <dl className={style.facts}>
        <dt>Products meant</dt>
        <dd>
          {progress.records_total === null ? "being counted" : formatCount(progress.records_total)}
        </dd>
        <dt>Deleted</dt>
        <dd>{formatCount(counts.deleted)}</dd>
        <dt>Skipped</dt>
        <dd>
          {formatCount(counts.skipped)}{" "}
          <span className="soft small">were gone, or edited so that they were no longer meant</span>
        </dd>
        <dt>Asked for</dt>
        <dd>
          <Time at={job.created_at} />
          {requested_by && ` by ${requested_by.name}`}
        </dd>
        <dt>Took</dt>
        <dd>{seconds === undefined ? "not begun" : formatSeconds(seconds)}</dd>
      </dl>
      <Actions job={job} />
    </>
  );
}

function Actions({ job }: { job: BulkDeleteJob }) {
  return (
    <>
      {job.links.cancel && (
        <div className="stack tight">
          <div>
            <CancelButton job={job} words="Stop deleting" />
          </div>
          <span className="soft small">What is deleted by then stays deleted.</span>
        </div>
      )}
      <RetryButton job={job} />
    </>
  );
}
