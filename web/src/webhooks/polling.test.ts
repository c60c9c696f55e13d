import { expect, test } from "vitest";
import { pauseFor } from "./polling";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const done = { status: "DELIVERED", next_attempt_at: null };

test.each([
  ["nothing", [], 6_000],
  ["what has ended", [done], 6_000],
  ["an attempt that is due", [done, pending("2026-11-24T11:59:58Z")], 1_500],
  ["an attempt in half a minute", [pending("2026-11-24T12:00:30Z")], 1_500],
  ["an attempt in hours", [pending("2026-11-24T14:00:00Z")], 6_000],
])("of %s it is so long until the next look", (_, deliveries, pause) => {
  expect(pauseFor(deliveries, NOW)).toBe(pause);
});

function pending(at: string) {
  return { status: "PENDING", next_attempt_at: at };
}
