/** A bulk delete job: its progress, its counts and its actions. */

import { messageFor } from "../api/messages";
import { formatCount } from "../ui/format";
import { Notice, Progress } from "../ui/states";
import { CancelButton } from "./CancelButton";
import { type BulkDeleteJob, isFinal } from "./job";
import style from "./jobs.module.css";
import { RetryButton } from "./RetryButton";
import { describeSelection } from "./selection";
import { StatusBadge } from "./status";
import { TimeFacts } from "./TimeFacts";
import { UndoButton } from "./undo/UndoButton";
import { UndoTime } from "./undo/UndoTime";

export function BulkDeleteDetails({ job }: { job: BulkDeleteJob }) {
  const { counts, progress, error } = job;
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
        <TimeFacts job={job} />
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
          <span className="soft small">Products that are already deleted stay deleted.</span>
        </div>
      )}
      <RetryButton job={job} />
      <UndoTime job={job} />
      <div className="row">
        <UndoButton job={job} />
      </div>
    </>
  );
}
