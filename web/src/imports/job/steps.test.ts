import { expect, test } from "vitest";
import { doingOf, stepsOf } from "./steps";

function states(...told: Parameters<typeof stepsOf>): string {
  return stepsOf(...told)
    .map((step) => step.state)
    .join(" ");
}

test.each([
  ["PENDING", null, "now later later later later"],
  ["PROCESSING", "plan", "done now later later later"],
  ["PROCESSING", "stage", "done done now later later"],
  ["PROCESSING", "finish", "done done done done now"],
  ["COMPLETED", "finish", "done done done done done"],
  ["FAILED", "merge", "done done done broken later"],
  ["CANCELLED", null, "broken later later later later"],
] as const)("a job that is %s in %s", (status, phase, expected) => {
  expect(states({ status, phase, attempt: 1 })).toBe(expected);
});

test("a job that is tried again has its file", () => {
  const retried = { status: "PENDING", phase: null, attempt: 2 } as const;
  expect(states(retried)).toBe("done now later later later");
  expect(doingOf(retried)).toBe("Waiting to begin");
});
