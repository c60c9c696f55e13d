/** The filters of the changes, each with the number of changes that it shows. */

import { goTo, linkTo } from "../../app/route";
import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";
import {
  ACTIONS,
  type Action,
  CHANGED_FIELDS,
  type ChangeFilters,
  countMatching,
  type Plan,
} from "./plan";
import style from "./plan.module.css";

interface Props {
  job: ImportJob;
  plan: Plan;
  filters: ChangeFilters;
}

export function ChangeFilterBar({ job, plan, filters }: Props) {
  const actions = (Object.keys(ACTIONS) as Action[]).map((action): [ChangeFilters, string] => [
    { action },
    ACTIONS[action],
  ]);
  const fields = CHANGED_FIELDS.map(([field, label]): [ChangeFilters, string] => [
    { field },
    label,
  ]);
  const bar = (legend: string, choices: [ChangeFilters, string][]) => (
    <fieldset className={style.bar}>
      <legend className="hidden-visually">{legend}</legend>
      {choices.map(([choice, label]) => (
        <FilterButton
          key={label}
          {...{ job, plan, choice, label }}
          isChosen={isSame(choice, filters)}
        />
      ))}
    </fieldset>
  );
  return (
    <div className="stack tight">
      {bar("Changes to show", [[{}, "All changes"], ...actions])}
      {bar("Changed field", fields)}
    </div>
  );
}

interface ButtonProps {
  job: ImportJob;
  plan: Plan;
  choice: ChangeFilters;
  label: string;
  isChosen: boolean;
}

function FilterButton({ job, plan, choice, label, isChosen }: ButtonProps) {
  const count = countMatching(plan, choice);
  if (!count) return null;
  const show = () => goTo(linkTo(`import/${job.job_id}`, { ...choice }), { replace: true });
  return (
    <button type="button" className={style.filter} aria-pressed={isChosen} onClick={show}>
      {label} <strong>{formatCount(count)}</strong>
    </button>
  );
}

/** A field alone means updated products, because created ones have no value before. */
function isSame(one: ChangeFilters, other: ChangeFilters): boolean {
  if (one.field || other.field) return one.field === other.field;
  return one.action === other.action;
}
