/** A job's name in the history, as a link to its page or drawer. */

import { FileDown, FileText, type LucideIcon, Trash2, Undo2 } from "lucide-react";
import { linkTo } from "../app/route";
import type { Job, JobSummary } from "./job";
import { describeExported, describeSelection } from "./selection";
import { useUndoneName } from "./undo/undone";

export function JobName({ job }: { job: JobSummary | Job }) {
  switch (job.kind) {
    case "import":
      return <JobLink path={`import/${job.job_id}`} icon={FileText} name={job.filename} />;
    case "bulk_delete": {
      const name = `Delete ${describeSelection(job.selection)}`;
      return <JobLink path={`jobs/${job.job_id}`} icon={Trash2} name={name} />;
    }
    case "export": {
      const name = `Export ${describeExported(job.request)}`;
      return <JobLink path={`jobs/${job.job_id}`} icon={FileDown} name={name} />;
    }
    case "revert":
      return <UndoName job={job} />;
  }
}

function UndoName({ job }: { job: Extract<JobSummary, { kind: "revert" }> }) {
  const { name } = useUndoneName(job.reverts);
  return <JobLink path={`jobs/${job.job_id}`} icon={Undo2} name={`Undo ${name}`} />;
}

function JobLink({ path, icon: Icon, name }: { path: string; icon: LucideIcon; name: string }) {
  return (
    <a href={linkTo(path)}>
      <Icon size={17} aria-hidden />
      {name}
    </a>
  );
}
