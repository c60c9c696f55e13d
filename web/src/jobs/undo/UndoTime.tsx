/** Until when a job can be undone, or that it was; absent otherwise. */

import { linkTo } from "../../app/route";
import { Time } from "../../ui/format";
import type { Job } from "../job";

export function UndoTime({ job }: { job: Job }) {
  if (job.kind === "export") return null;
  if (job.reverted_by) {
    return (
      <span className="soft small">
        This was undone. <a href={linkTo(`jobs/${job.reverted_by}`)}>Show the undo</a>
      </span>
    );
  }
  if (!job.links.revert || !job.revertible_until) return null;
  return (
    <span className="soft small">
      You can undo this until <Time at={job.revertible_until} />.
    </span>
  );
}
