/** The steps of an import, and which of them is in progress. */

import type { ImportJob } from "../../jobs/job";

export type StepState = "done" | "now" | "later" | "stopped";

export interface Step {
  name: string;
  state: StepState;
}

const NAMES = ["Upload", "Scan", "Stage", "Merge", "Finish"];

const PHASES: Record<NonNullable<ImportJob["phase"]>, [step: number, activity: string]> = {
  claim: [1, "Opening the file"],
  inspect: [1, "Reading the header"],
  transcode: [1, "Converting the file to UTF-8"],
  scan: [1, "Finding record boundaries"],
  plan: [1, "Planning ranges"],
  stage: [2, "Validating records"],
  compare: [3, "Comparing with the catalogue"],
  merge: [3, "Writing products"],
  finish: [4, "Finishing"],
};

type JobState = Pick<ImportJob, "status" | "phase" | "attempt">;

/** Return the steps of a job with their states. */
export function listSteps(job: JobState): Step[] {
  const at = job.status === "COMPLETED" ? NAMES.length : stepAt(job);
  const isStopped = job.status === "FAILED" || job.status === "CANCELLED";
  return NAMES.map((name, i) => {
    if (i === at) return { name, state: isStopped ? "stopped" : "now" };
    return { name, state: i < at ? "done" : "later" };
  });
}

/** Describe the current activity. */
export function describeActivity(job: JobState): string {
  if (job.status === "PENDING") {
    return isAwaitingUpload(job) ? "Waiting for the upload" : "Waiting to start";
  }
  return job.phase ? PHASES[job.phase][1] : "";
}

/** Whether the job waits for its upload. A started job has its file. */
export function isAwaitingUpload({ status, attempt }: JobState): boolean {
  return status === "PENDING" && attempt === 1;
}

function stepAt({ phase, attempt }: JobState): number {
  if (phase) return PHASES[phase][0];
  return attempt > 1 ? 1 : 0; // a retry has its file
}
