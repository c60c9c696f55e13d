import { expect, test } from "vitest";
import { pauseFor } from "./polling";

const done = { status: "DELIVERED", next_attempt_at: null };

test.each([
  ["nothing", [], 6_000],
  ["what has ended", [done], 6_000],
  ["an attempt that is due", [done, pendingIn(-2)], 1_500],
  ["an attempt in half a minute", [pendingIn(30)], 1_500],
  ["an attempt in hours", [pendingIn(7_200)], 6_000],
])("of %s it is so long until the next look", (_, deliveries, pause) => {
  expect(pauseFor(deliveries)).toBe(pause);
});

test("a log of many pages, which are all asked for, is looked at less often", () => {
  expect(pauseFor([done], [done], [done])).toBe(18_000);
  expect(pauseFor([done], [pendingIn(1)])).toBe(3_000);
  expect(pauseFor()).toBe(6_000);
});

function pendingIn(seconds: number) {
  return {
    status: "PENDING",
    next_attempt_at: new Date(Date.now() + seconds * 1_000).toISOString(),
  };
}
