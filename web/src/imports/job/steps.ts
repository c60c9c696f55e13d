/** The steps of an import as a person follows them, and which of them is under way. */

import type { ImportJob } from "../../jobs/job";

export type StepState = "done" | "now" | "later" | "broken";

export interface Step {
  name: string;
  state: StepState;
}

const NAMES = ["Upload", "Scan", "Stage", "Merge", "Finish"];

const PHASES: Record<NonNullable<ImportJob["phase"]>, [step: number, doing: string]> = {
  claim: [1, "Opening the file"],
  inspect: [1, "Reading the header"],
  transcode: [1, "Turning the file into UTF-8"],
  scan: [1, "Finding where each record begins"],
  plan: [1, "Dividing the work"],
  stage: [2, "Checking every record"],
  merge: [3, "Writing the products"],
  finish: [4, "Closing up"],
};

type Told = Pick<ImportJob, "status" | "phase" | "attempt">;

/** Return the steps of a job, each done, under way, still to come, or where it broke off. */
export function stepsOf(job: Told): Step[] {
  const at = job.status === "COMPLETED" ? NAMES.length : stepAt(job);
  const isBroken = job.status === "FAILED" || job.status === "CANCELLED";
  return NAMES.map((name, i) => {
    if (i === at) return { name, state: isBroken ? "broken" : "now" };
    return { name, state: i < at ? "done" : "later" };
  });
}

/** Return what is being done just now, in a few words. */
export function doingOf(job: Told): string {
  if (job.status === "PENDING") {
    return isAwaitingUpload(job) ? "Waiting for the file" : "Waiting to begin";
  }
  return job.phase ? PHASES[job.phase][1] : "";
}

/** Whether the job waits for its file; once it has begun, it has it. */
export function isAwaitingUpload({ status, attempt }: Told): boolean {
  return status === "PENDING" && attempt === 1;
}

function stepAt({ phase, attempt }: Told): number {
  if (phase) return PHASES[phase][0];
  return attempt > 1 ? 1 : 0; // a retry has its file
}
