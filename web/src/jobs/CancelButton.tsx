/** Cancels a job, and says why it could not; nothing where it is too late for that. */

import { Ban } from "lucide-react";
import { Button } from "../ui/controls";
import { Fault } from "../ui/states";
import { type Job, useJobAction } from "./job";

export function CancelButton({ job, words = "Cancel" }: { job: Job; words?: string }) {
  const cancelling = useJobAction(job.job_id, "cancel");
  if (!job.links.cancel) return null;
  return (
    <>
      {cancelling.error && <Fault error={cancelling.error} />}
      <Button
        kind="danger"
        icon={<Ban size={17} aria-hidden />}
        isBusy={cancelling.isPending}
        disabled={job.cancel_requested}
        onClick={() => cancelling.mutate()}
      >
        {job.cancel_requested ? "Stopping…" : words}
      </Button>
    </>
  );
}
