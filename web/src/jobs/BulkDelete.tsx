/** A bulk delete job: its progress, its counts and its actions. */

import { useQuery } from "@tanstack/react-query";
import { messageFor } from "../api/messages";
import { Dialog } from "../ui/dialogs";
import { formatCount, formatSeconds, Time } from "../ui/format";
import { ErrorNotice, Loading, Notice, Progress } from "../ui/states";
import { CancelButton } from "./CancelButton";
import { type BulkDeleteJob, isFinal, jobQuery } from "./job";
import style from "./jobs.module.css";
import { RetryButton } from "./RetryButton";
import { describeSelection } from "./selection";
import { durationSeconds, StatusBadge } from "./status";

export function BulkDelete({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(jobQuery(jobId));
  const job = data?.job;
  return (
    <Dialog title="Bulk delete" onClose={onClose} isDrawer>
      {!job && !error && <Loading />}
      {!job && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {job?.kind === "bulk_delete" && <JobDetails job={job} />}
      {job && job.kind !== "bulk_delete" && (
        <Notice tone="warn">This job isn't a bulk delete.</Notice>
      )}
    </Dialog>
  );
}

function JobDetails({ job }: { job: BulkDeleteJob }) {
  const { counts, progress, error, requested_by } = job;
  const seconds = durationSeconds(job);
  return (
    <>
      <div className="row">
        <StatusBadge job={job} />
        <span>Delete {describeSelection(job.selection)}</span>
      </div>
      <Progress label="Bulk delete" percent={isFinal(job) ? 100 : progress.percent} />
      {error && (
        <Notice tone="bad" title="The bulk delete failed.">
          {messageFor(error)}
        </Notice>
      )}
      <dl className={style.facts}>
        <dt>Products matched</dt>
        <dd>
          {progress.records_total === null ? "counting…" : formatCount(progress.records_total)}
        </dd>
        <dt>Deleted</dt>
        <dd>{formatCount(counts.deleted)}</dd>
        <dt>Skipped</dt>
        <dd>
          {formatCount(counts.skipped)}{" "}
          <span className="soft small">deleted or changed by someone else meanwhile</span>
        </dd>
        <dt>Started</dt>
        <dd>
          <Time at={job.created_at} />
          {requested_by && ` by ${requested_by.name}`}
        </dd>
        <dt>Duration</dt>
        <dd>{seconds === undefined ? "not started" : formatSeconds(seconds)}</dd>
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
            <CancelButton job={job} label="Stop deleting" />
          </div>
          <span className="soft small">Products that are already deleted aren't restored.</span>
        </div>
      )}
      <RetryButton job={job} />
    </>
  );
}
