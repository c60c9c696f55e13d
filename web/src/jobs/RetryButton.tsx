/** Tries a failed job again, where that is possible, and says why it could not. */

import { RotateCw } from "lucide-react";
import { Button } from "../ui/controls";
import { Fault } from "../ui/states";
import { type Job, useJobAction } from "./job";

export function RetryButton({ job }: { job: Job }) {
  const retrying = useJobAction(job.job_id, "retry");
  if (!job.links.retry) return null;
  return (
    <>
      {retrying.error && <Fault error={retrying.error} />}
      <div>
        <Button
          icon={<RotateCw size={17} aria-hidden />}
          isBusy={retrying.isPending}
          onClick={() => retrying.mutate()}
        >
          Try again
        </Button>
      </div>
    </>
  );
}
