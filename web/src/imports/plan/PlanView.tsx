/** The plan of an import that waits to be applied: its outcomes, its changes and its actions. */

import type { ImportJob } from "../../jobs/job";
import { Time } from "../../ui/format";
import { describeApply } from "../estimate";
import { Outcomes } from "../job/Outcomes";
import { Changes } from "./Changes";
import { PlanActions } from "./PlanActions";
import { PlanCallouts } from "./PlanCallouts";
import type { ChangeFilters, Plan } from "./plan";

interface Props {
  job: ImportJob;
  plan: Plan;
  filters: ChangeFilters;
}

export function PlanView({ job, plan, filters }: Props) {
  return (
    <>
      <section className="card stack" aria-labelledby="plan">
        <div>
          <h2 id="plan">Nothing has been changed yet</h2>
          <p className="soft">
            This is what the import will do when you apply it. The plan expires{" "}
            <Time at={plan.expires_at} isRelative />. {describeApply(plan.estimate)}
          </p>
        </div>
        <Outcomes counts={plan.counts} total={job.progress.records_total ?? 0} />
        <PlanCallouts job={job} plan={plan} />
        <PlanActions job={job} plan={plan} />
      </section>
      <Changes job={job} plan={plan} filters={filters} />
    </>
  );
}
