/** A bulk delete that goes on while its dialog is closed. */

import { useEffect } from "react";
import { Button } from "../../ui/controls";
import { say } from "../../ui/toasts";
import style from "../tools.module.css";
import { describeEnding, UnderWay } from "./DeletionProgress";
import type { Deletion } from "./deletion";

interface Props {
  deletion: Deletion;
  /** Whether the dialog shows it. */
  isShown: boolean;
  show: () => void;
}

export function Running({ deletion, isShown, show }: Props) {
  const { job, isOver, follow } = deletion;
  useEffect(() => {
    if (!job || !isOver || isShown) return;
    const { tone, words } = describeEnding(job);
    say(words, tone);
    follow(null);
  }, [job, isOver, isShown, follow]);
  if (!job || isOver || isShown) return null;
  return (
    <section className={`card ${style.running}`} aria-label="Bulk delete">
      <div className="grow">
        <UnderWay job={job} />
      </div>
      <Button onClick={show}>Show</Button>
    </section>
  );
}
