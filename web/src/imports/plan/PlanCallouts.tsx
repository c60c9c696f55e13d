/** What to check before a plan is applied: large price changes and products that sell out. */

import { linkTo } from "../../app/route";
import type { ImportJob } from "../../jobs/job";
import { formatCount, formatShare } from "../../ui/format";
import { Notice } from "../../ui/states";
import { CHANGES } from "./Changes";
import type { ChangedField, Plan } from "./plan";
import style from "./plan.module.css";

interface Props {
  job: ImportJob;
  plan: Plan;
}

export function PlanCallouts({ job, plan }: Props) {
  const callouts = listCallouts(plan);
  if (!callouts.length) return null;
  return (
    <Notice tone="warn" title="Check before you apply:">
      <ul className={style.callouts}>
        {callouts.map(({ text, field, link }) => (
          <li key={field}>
            {text}{" "}
            <a href={linkTo(`import/${job.job_id}`, { field })} onClick={showChanges}>
              {link}
            </a>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Move to the changes, which may be below the window. */
function showChanges(): void {
  document.getElementById(CHANGES)?.focus();
}

interface Callout {
  text: string;
  field: ChangedField;
  link: string;
}

function listCallouts({ price_changes, quantity_to_zero }: Plan): Callout[] {
  const callouts: Callout[] = [];
  const { count, above_percent } = price_changes;
  if (count) {
    const share = formatShare(above_percent / 100);
    const prices = count === 1 ? "1 price changes" : `${formatCount(count)} prices change`;
    const text = `${prices} by more than ${share}.`;
    callouts.push({ text, field: "price", link: "Show price changes" });
  }
  if (quantity_to_zero) {
    const products =
      quantity_to_zero === 1
        ? "1 quantity becomes"
        : `${formatCount(quantity_to_zero)} quantities become`;
    callouts.push({ text: `${products} 0.`, field: "quantity", link: "Show quantity changes" });
  }
  return callouts;
}
