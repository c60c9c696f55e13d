/** When a job started, by whom, and how long it took: the end of its list of facts. */

import { formatSeconds, Time } from "../ui/format";
import type { Job } from "./job";
import { durationSeconds } from "./status";

export function TimeFacts({ job }: { job: Job }) {
  const seconds = durationSeconds(job);
  return (
    <>
      <dt>Started</dt>
      <dd>
        <Time at={job.created_at} />
        {job.requested_by && ` by ${job.requested_by.name}`}
      </dd>
      <dt>Duration</dt>
      <dd>{seconds === undefined ? "not started" : formatSeconds(seconds)}</dd>
    </>
  );
}
