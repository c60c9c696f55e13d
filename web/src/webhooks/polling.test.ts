import { expect, test } from "vitest";
import { pollInterval } from "./polling";

const done = { status: "DELIVERED", next_attempt_at: null };

test.each([
  ["an empty log", [], 6_000],
  ["finished deliveries", [done], 6_000],
  ["an attempt due now", [done, pendingIn(-2)], 1_500],
  ["an attempt in half a minute", [pendingIn(30)], 1_500],
  ["an attempt in hours", [pendingIn(7_200)], 6_000],
])("the poll interval for %s", (_, deliveries, expected) => {
  expect(pollInterval(deliveries)).toBe(expected);
});

test("a log of many pages is polled less often", () => {
  expect(pollInterval([done], [done], [done])).toBe(18_000);
  expect(pollInterval([done], [pendingIn(1)])).toBe(3_000);
  expect(pollInterval()).toBe(6_000);
});

function pendingIn(seconds: number) {
  return {
    status: "PENDING",
    next_attempt_at: new Date(Date.now() + seconds * 1_000).toISOString(),
  };
}
