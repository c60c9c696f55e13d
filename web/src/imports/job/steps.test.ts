import { expect, test } from "vitest";
import { describeActivity, listSteps } from "./steps";

type JobState = Parameters<typeof listSteps>[0];

function states(job: Omit<JobState, "apply" | "plan">, more: Partial<JobState> = {}): string {
  return listSteps({ apply: "auto", plan: null, ...job, ...more })
    .map((step) => step.state)
    .join(" ");
}

test.each([
  ["PENDING", null, "now later later later later"],
  ["PROCESSING", "plan", "done now later later later"],
  ["PROCESSING", "stage", "done done now later later"],
  ["PROCESSING", "finish", "done done done done now"],
  ["COMPLETED", "finish", "done done done done done"],
  ["FAILED", "merge", "done done done stopped later"],
  ["CANCELLED", null, "stopped later later later later"],
] as const)("the steps of a %s job in phase %s", (status, phase, expected) => {
  expect(states({ status, phase, attempt: 1 })).toBe(expected);
});

const plan = {} as JobState["plan"];

test.each([
  ["PROCESSING", "compare", null, "done done done now later later"],
  ["PLANNED", "compare", plan, "done done done done now later"],
  ["PROCESSING", "stage", plan, "done done done done now later"],
  ["PROCESSING", "merge", plan, "done done done done now later"],
  ["PROCESSING", "finish", plan, "done done done done done now"],
  ["COMPLETED", "finish", plan, "done done done done done done"],
  ["CANCELLED", "compare", plan, "done done done done stopped later"],
] as const)(
  "the steps of a %s import in phase %s with the plan %j",
  (status, phase, made, expected) => {
    const job = { status, phase, attempt: 1 };
    expect(states(job, { apply: "manual", plan: made })).toBe(expected);
  },
);

test("a retried job has its file", () => {
  const retried = { status: "PENDING", phase: null, attempt: 2 } as const;
  expect(states(retried)).toBe("done now later later later");
  expect(describeActivity({ ...retried, apply: "auto", plan: null })).toBe("Waiting to start");
});
