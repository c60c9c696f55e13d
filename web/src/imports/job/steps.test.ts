import { expect, test } from "vitest";
import { describeActivity, listSteps } from "./steps";

function states(...job: Parameters<typeof listSteps>): string {
  return listSteps(...job)
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

test("a retried job has its file", () => {
  const retried = { status: "PENDING", phase: null, attempt: 2 } as const;
  expect(states(retried)).toBe("done now later later later");
  expect(describeActivity(retried)).toBe("Waiting to start");
});
