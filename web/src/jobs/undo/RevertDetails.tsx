/** An undo job: its progress, its conflicts and its actions. */

import { linkTo } from "../../app/route";
import { formatCount } from "../../ui/format";
import { CancelButton } from "../CancelButton";
import { isFinal, type RevertJob } from "../job";
import style from "../jobs.module.css";
import { RetryButton } from "../RetryButton";
import { StatusBadge } from "../status";
import { TimeFacts } from "../TimeFacts";
import { ConflictList } from "./ConflictList";
import { RevertResult, RevertStatus } from "./RevertStatus";
import { UndoButton } from "./UndoButton";
import { UndoTime } from "./UndoTime";
import { useUndoneName } from "./undone";

export function RevertDetails({ job }: { job: RevertJob }) {
  const undone = useUndoneName(job.reverts);
  const { counts } = job;
  return (
    <>
      <div className="row">
        <StatusBadge job={job} />
        <span>
          Undo of <a href={linkTo(undone.path)}>{undone.name}</a>
        </span>
      </div>
      {isFinal(job) ? <RevertResult job={job} /> : <RevertStatus job={job} />}
      {isFinal(job) && <ConflictList job={job} />}
      <dl className={style.facts}>
        <dt>Restored</dt>
        <dd>{formatCount(counts.restored)}</dd>
        <dt>Deleted</dt>
        <dd>{formatCount(counts.deleted)}</dd>
        <dt>Brought back</dt>
        <dd>{formatCount(counts.recreated)}</dd>
        <dt>Conflicts</dt>
        <dd>{formatCount(counts.conflicts)}</dd>
        <TimeFacts job={job} />
      </dl>
      <UndoTime job={job} />
      <div className="row">
        <CancelButton job={job} label="Stop undoing" />
        <RetryButton job={job} />
        <UndoButton job={job} />
      </div>
    </>
  );
}
