/** A job of the history in a drawer. Imports have a page of their own. */

import { useQuery } from "@tanstack/react-query";
import { linkTo } from "../app/route";
import { ButtonLink } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { ErrorNotice, Loading } from "../ui/states";
import { BulkDeleteDetails } from "./BulkDeleteDetails";
import { ExportDetails } from "./ExportDetails";
import { type Job, jobQuery } from "./job";
import { RevertDetails } from "./undo/RevertDetails";

const TITLES: Record<Job["kind"], string> = {
  import: "Import",
  bulk_delete: "Bulk delete",
  export: "Export",
  revert: "Undo",
};

export function JobDrawer({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(jobQuery(jobId));
  const job = data?.job;
  return (
    <Dialog title={job ? TITLES[job.kind] : "Job"} onClose={onClose} isDrawer>
      {!job && !error && <Loading />}
      {!job && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {job && <Details job={job} />}
    </Dialog>
  );
}

function Details({ job }: { job: Job }) {
  switch (job.kind) {
    case "bulk_delete":
      return <BulkDeleteDetails job={job} />;
    case "export":
      return <ExportDetails job={job} />;
    case "revert":
      return <RevertDetails job={job} />;
    case "import":
      return (
        <div>
          <ButtonLink href={linkTo(`import/${job.job_id}`)}>Show {job.filename}</ButtonLink>
        </div>
      );
  }
}
