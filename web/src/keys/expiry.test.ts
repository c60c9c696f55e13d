import { expect, test } from "vitest";
import { dateIn, endOf, hasEnded } from "./expiry";

test("a key is good until the date is over where the reader is", () => {
  const ends = new Date(endOf("2026-12-31"));
  expect([ends.getFullYear(), ends.getMonth(), ends.getDate()]).toEqual([2027, 0, 1]);
  expect([ends.getHours(), ends.getMinutes()]).toEqual([0, 0]);
});

test("a date some days ahead is written as a date input has it", () => {
  expect(dateIn(1, new Date(2026, 11, 31, 23, 59))).toBe("2027-01-01");
  expect(dateIn(90, new Date(2026, 0, 1))).toBe("2026-04-01");
});

const NOW = Date.parse("2026-11-24T12:00:00Z");

test.each([
  [null, null, false],
  [null, "2026-11-24T11:00:00Z", true],
  ["2026-11-24T12:00:00Z", null, true],
  ["2026-11-24T12:00:01Z", null, false],
])("a key that expires at %s and was revoked at %s has ended: %s", (expires, revoked, ended) => {
  expect(hasEnded({ expires_at: expires, revoked_at: revoked }, NOW)).toBe(ended);
});
