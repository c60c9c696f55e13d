/** A button that retries a failed job; absent if the job can't be retried. */

import { RotateCw } from "lucide-react";
import { Button } from "../ui/controls";
import { ErrorNotice } from "../ui/states";
import { type Job, useJobAction } from "./job";

export function RetryButton({ job }: { job: Job }) {
  const retrying = useJobAction(job.job_id, "retry");
  if (!job.links.retry) return null;
  return (
    <>
      {retrying.error && <ErrorNotice error={retrying.error} />}
      <div>
        <Button
          icon={<RotateCw size={17} aria-hidden />}
          isBusy={retrying.isPending}
          onClick={() => retrying.mutate()}
        >
          Retry
        </Button>
      </div>
    </>
  );
}
