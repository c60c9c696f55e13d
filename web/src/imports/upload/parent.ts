/** The import whose rejected records a chosen file has. */

import { readJob } from "../../jobs/job";
import { parentInName } from "./parentName";

/** Return the import whose rejected records a file has; undefined if none is known. */
export async function findParent(filename: string): Promise<string | undefined> {
  const jobId = parentInName(filename);
  if (!jobId) return undefined;
  const found = await readJob(jobId).catch(() => undefined); // expired, or of another installation
  const isParent = found?.job.kind === "import" && found.job.status === "COMPLETED";
  return isParent ? jobId : undefined;
}
