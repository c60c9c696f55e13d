/** Applying or discarding a plan, and what happens to products that were changed since. */

import { Check, Trash2 } from "lucide-react";
import { useState } from "react";
import { type ImportJob, useJobAction } from "../../jobs/job";
import { Button } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { ErrorNotice } from "../../ui/states";
import { DriftChoice } from "./DriftChoice";
import { countChanges, type OnDrift, type Plan } from "./plan";
import { useApply } from "./requests";

interface Props {
  job: ImportJob;
  plan: Plan;
}

export function PlanActions({ job, plan }: Props) {
  const { drift } = plan;
  const [onDrift, setOnDrift] = useState<OnDrift>("skip");
  const applying = useApply(job, plan);
  const discarding = useJobAction(job.job_id, "cancel");
  const count = countChanges(plan);
  return (
    <>
      {drift && <DriftChoice drift={drift} chosen={onDrift} onChoose={setOnDrift} />}
      {applying.error && <ErrorNotice error={applying.error} />}
      {discarding.error && <ErrorNotice error={discarding.error} />}
      <div className="row">
        <Button
          kind="primary"
          icon={<Check size={17} aria-hidden />}
          isBusy={applying.isPending}
          disabled={discarding.isPending}
          onClick={() => applying.mutate(drift ? onDrift : "fail")}
        >
          Apply {formatCount(count)} {count === 1 ? "change" : "changes"}
        </Button>
        <Button
          icon={<Trash2 size={17} aria-hidden />}
          isBusy={discarding.isPending}
          disabled={applying.isPending || job.cancel_requested}
          onClick={() => discarding.mutate()}
        >
          Discard
        </Button>
      </div>
    </>
  );
}
