/** The steps of an import. */

import { Check, Circle, CircleDot, X } from "lucide-react";
import type { ImportJob } from "../../jobs/job";
import style from "./job.module.css";
import { listSteps, type StepState } from "./steps";

const ICONS = { done: Check, now: CircleDot, later: Circle, stopped: X };
const LABELS: Record<StepState, string> = {
  done: "done",
  now: "in progress",
  later: "pending",
  stopped: "stopped",
};

export function Steps({ job }: { job: ImportJob }) {
  return (
    <ol className={style.steps} aria-label="Import steps">
      {listSteps(job).map(({ name, state }) => {
        const Icon = ICONS[state];
        return (
          <li
            key={name}
            className={style[state]}
            aria-current={state === "now" ? "step" : undefined}
          >
            <Icon size={16} aria-hidden />
            {name}
            <span className="hidden-visually">, {LABELS[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}
