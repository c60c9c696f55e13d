/** How many products that the file doesn't name were changed; absent if none. */

import type { ImportJob } from "../../jobs/job";
import { describeMissingCount } from "./settings";

export function MissingProducts({ job }: { job: ImportJob }) {
  const text = describeMissingCount(job, job.counts.missing);
  return text && <p>{text}</p>;
}
