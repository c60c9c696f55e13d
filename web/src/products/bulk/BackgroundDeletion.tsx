/** A bulk delete that runs while its dialog is closed. */

import { useEffect } from "react";
import { Button } from "../../ui/controls";
import { showToast } from "../../ui/toasts";
import style from "../tools.module.css";
import { DeletionStatus, describeResult } from "./DeletionProgress";
import type { Deletion } from "./deletion";

interface Props {
  deletion: Deletion;
  /** Whether the dialog is open. */
  isShown: boolean;
  show: () => void;
}

export function BackgroundDeletion({ deletion, isShown, show }: Props) {
  const { job, isFinished, follow } = deletion;
  useEffect(() => {
    if (!job || !isFinished || isShown) return;
    const { tone, text } = describeResult(job);
    showToast(text, tone);
    follow(null);
  }, [job, isFinished, isShown, follow]);
  if (!job || isFinished || isShown) return null;
  return (
    <section className={`card ${style.running}`} aria-label="Bulk delete">
      <div className="grow">
        <DeletionStatus job={job} />
      </div>
      <Button onClick={show}>Show</Button>
    </section>
  );
}
