/** An import's steps, lit up one after another. */

import { Check, Circle, CircleDot, X } from "lucide-react";
import type { ImportJob } from "../../jobs/job";
import style from "./job.module.css";
import { type StepState, stepsOf } from "./steps";

const ICONS = { done: Check, now: CircleDot, later: Circle, broken: X };
const WORDS: Record<StepState, string> = {
  done: "done",
  now: "under way",
  later: "to come",
  broken: "broken off",
};

export function Steps({ job }: { job: ImportJob }) {
  return (
    <ol className={style.steps} aria-label="Steps of the import">
      {stepsOf(job).map(({ name, state }) => {
        const Icon = ICONS[state];
        return (
          <li
            key={name}
            className={style[state]}
            aria-current={state === "now" ? "step" : undefined}
          >
            <Icon size={16} aria-hidden />
            {name}
            <span className="hidden-visually">, {WORDS[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}
