/** The steps of an import, and which of them is in progress. */

import type { ImportJob } from "../../jobs/job";

export type StepState = "done" | "now" | "later" | "stopped";

export interface Step {
  name: string;
  state: StepState;
}

type Name = "Upload" | "Scan" | "Stage" | "Plan" | "Apply" | "Merge" | "Finish";

/** The steps of an import; one with a plan rests before it is applied. */
const NAMES: Record<ImportJob["apply"], Name[]> = {
  auto: ["Upload", "Scan", "Stage", "Merge", "Finish"],
  manual: ["Upload", "Scan", "Stage", "Plan", "Apply", "Finish"],
};

const PHASES: Record<NonNullable<ImportJob["phase"]>, [step: Name, activity: string]> = {
  claim: ["Scan", "Opening the file"],
  inspect: ["Scan", "Reading the header"],
  transcode: ["Scan", "Converting the file to UTF-8"],
  scan: ["Scan", "Finding record boundaries"],
  plan: ["Scan", "Planning ranges"],
  stage: ["Stage", "Validating records"],
  compare: ["Plan", "Comparing with the catalogue"],
  merge: ["Merge", "Writing products"],
  finish: ["Finish", "Finishing"],
};

type JobState = Pick<ImportJob, "status" | "phase" | "attempt" | "apply" | "plan">;

/** Return the steps of a job with their states. */
export function listSteps(job: JobState): Step[] {
  const names = NAMES[job.apply];
  const at = job.status === "COMPLETED" ? names.length : names.indexOf(stepOf(job));
  const isStopped = job.status === "FAILED" || job.status === "CANCELLED";
  return names.map((name, i) => {
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
export function isAwaitingUpload({
  status,
  attempt,
}: Pick<JobState, "status" | "attempt">): boolean {
  return status === "PENDING" && attempt === 1;
}

function stepOf({ phase, attempt, apply, plan }: JobState): Name {
  const step = phase ? PHASES[phase][0] : attempt > 1 ? "Scan" : "Upload"; // a retry has its file
  if (apply === "auto" || step === "Finish") return step;
  return plan ? "Apply" : step; // an apply starts over, but finds its records staged
}
