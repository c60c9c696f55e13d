import { expect, test } from "vitest";
import { dateIn, endOfDay, isInactive } from "./expiry";

test("a key expires at the end of the date in the reader's time zone", () => {
  const ends = new Date(endOfDay("2026-12-31"));
  expect([ends.getFullYear(), ends.getMonth(), ends.getDate()]).toEqual([2027, 0, 1]);
  expect([ends.getHours(), ends.getMinutes()]).toEqual([0, 0]);
});

test("a future date has the format of a date input", () => {
  expect(dateIn(1, new Date(2026, 11, 31, 23, 59))).toBe("2027-01-01");
  expect(dateIn(90, new Date(2026, 0, 1))).toBe("2026-04-01");
});

const NOW = Date.parse("2026-11-24T12:00:00Z");

test.each([
  [null, null, false],
  [null, "2026-11-24T11:00:00Z", true],
  ["2026-11-24T12:00:00Z", null, true],
  ["2026-11-24T12:00:01Z", null, false],
])(
  "a key that expires at %s and was revoked at %s is inactive: %s",
  (expires, revoked, expected) => {
    expect(isInactive({ expires_at: expires, revoked_at: revoked }, NOW)).toBe(expected);
  },
);
