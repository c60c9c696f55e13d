/** A button that cancels a job; absent once the job can't be cancelled. */

import { Ban } from "lucide-react";
import { Button } from "../ui/controls";
import { ErrorNotice } from "../ui/states";
import { type Job, useJobAction } from "./job";

export function CancelButton({ job, label = "Cancel" }: { job: Job; label?: string }) {
  const cancelling = useJobAction(job.job_id, "cancel");
  if (!job.links.cancel) return null;
  return (
    <>
      {cancelling.error && <ErrorNotice error={cancelling.error} />}
      <Button
        kind="danger"
        icon={<Ban size={17} aria-hidden />}
        isBusy={cancelling.isPending}
        disabled={job.cancel_requested}
        onClick={() => cancelling.mutate()}
      >
        {job.cancel_requested ? "Cancelling…" : label}
      </Button>
    </>
  );
}
