/** The undo dialog: what it would do, then the job's progress, its result and its own undo. */

import { useQueryClient } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { linkTo } from "../../app/route";
import { reloadLists } from "../../products/list";
import { Button, ButtonLink } from "../../ui/controls";
import { Dialog } from "../../ui/dialogs";
import { ErrorNotice, Loading } from "../../ui/states";
import { CancelButton } from "../CancelButton";
import { useFollowedJob } from "../followed";
import { type Job, jobKey, type RevertJob } from "../job";
import { RetryButton } from "../RetryButton";
import { ConfirmUndo } from "./ConfirmUndo";
import { ConflictList } from "./ConflictList";
import { RevertResult, RevertStatus } from "./RevertStatus";

const TITLES: Record<Job["kind"], string> = {
  import: "Undo import",
  bulk_delete: "Undo bulk delete",
  export: "Undo",
  revert: "Undo the undo",
};

interface Props {
  /** The job to undo. */
  job: Job;
  onClose: () => void;
}

export function UndoDialog({ job, onClose }: Props) {
  const [target, setTarget] = useState(job); // then the undo itself, if that is undone too
  const undoing = useUndoing(target.job_id);
  const undo = (undone: RevertJob) => {
    setTarget(undone);
    undoing.follow(null);
  };
  return (
    <Dialog title={TITLES[target.kind]} onClose={onClose}>
      {undoing.jobId ? (
        <UndoProgress undoing={undoing} onUndo={undo} onClose={onClose} />
      ) : (
        <ConfirmUndo
          key={target.job_id}
          job={target}
          onStarted={undoing.follow}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

type Undoing = ReturnType<typeof useUndoing>;

/** The undo started here. When it ends, products and the job it undoes are read again. */
function useUndoing(jobId: string) {
  const queries = useQueryClient();
  const undoing = useFollowedJob("revert");
  const { isFinished } = undoing;
  useEffect(() => {
    if (!isFinished) return;
    reloadLists(queries);
    void queries.invalidateQueries({ queryKey: ["jobs"] });
    void queries.invalidateQueries({ queryKey: jobKey(jobId) });
  }, [isFinished, queries, jobId]);
  return undoing;
}

interface ProgressProps {
  undoing: Undoing;
  /** Undoes the undo. */
  onUndo: (job: RevertJob) => void;
  onClose: () => void;
}

function UndoProgress({ undoing, onUndo, onClose }: ProgressProps) {
  const { job, isFinished, error } = undoing;
  if (!job) return error ? <ErrorNotice error={error} /> : <Loading>Starting…</Loading>;
  return (
    <>
      {isFinished ? <RevertResult job={job} /> : <RevertStatus job={job} />}
      {error && !isFinished && <ErrorNotice error={error} />}
      {isFinished && <ConflictList job={job} />}
      <div className="row">
        <CancelButton job={job} label="Stop undoing" />
        <RetryButton job={job} />
        {job.links.revert && (
          <Button icon={<Undo2 size={17} aria-hidden />} onClick={() => onUndo(job)}>
            Undo this
          </Button>
        )}
        <Button onClick={onClose}>{isFinished ? "Close" : "Run in background"}</Button>
        <ButtonLink kind="quiet" href={linkTo(`jobs/${job.job_id}`)}>
          History
        </ButtonLink>
      </div>
    </>
  );
}
