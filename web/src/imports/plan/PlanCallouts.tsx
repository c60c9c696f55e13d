/** What to check before a plan is applied: products that are missing or sell out, large price changes. */

import { linkTo } from "../../app/route";
import type { ImportJob } from "../../jobs/job";
import { formatCount, formatShare } from "../../ui/format";
import { Notice } from "../../ui/states";
import { describeMissingCount } from "../job/settings";
import { CHANGES } from "./Changes";
import type { ChangeFilters, Plan } from "./plan";
import style from "./plan.module.css";

interface Props {
  job: ImportJob;
  plan: Plan;
}

export function PlanCallouts({ job, plan }: Props) {
  const callouts = listCallouts(job, plan);
  if (!callouts.length) return null;
  return (
    <Notice tone="warn" title="Check before you apply:">
      <ul className={style.callouts}>
        {callouts.map(({ text, filters, link }) => (
          <li key={text}>
            {text}{" "}
            <a href={linkTo(`import/${job.job_id}`, { ...filters })} onClick={showChanges}>
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
  filters: ChangeFilters;
  link: string;
}

function listCallouts(
  job: ImportJob,
  { counts, price_changes, quantity_to_zero }: Plan,
): Callout[] {
  const callouts: Callout[] = [];
  const missing = describeMissingCount(job, counts.missing);
  if (missing) {
    callouts.push({
      text: missing,
      filters: { action: "missing" },
      link: "Show missing products",
    });
  }
  const { count, above_percent } = price_changes;
  if (count) {
    const share = formatShare(above_percent / 100);
    const prices = count === 1 ? "1 price changes" : `${formatCount(count)} prices change`;
    const text = `${prices} by more than ${share}.`;
    callouts.push({ text, filters: { field: "price" }, link: "Show price changes" });
  }
  if (quantity_to_zero) {
    const products =
      quantity_to_zero === 1
        ? "1 quantity becomes"
        : `${formatCount(quantity_to_zero)} quantities become`;
    callouts.push({
      text: `${products} 0.`,
      filters: { field: "quantity" },
      link: "Show quantity changes",
    });
  }
  return callouts;
}
