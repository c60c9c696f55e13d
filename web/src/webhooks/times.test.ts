import { expect, test } from "vitest";
import { formatDuration, formatLocalTime, parseLocalTime } from "./times";

test.each(["2026-11-24T09:30:00.000Z", "2026-07-01T23:59:00.000Z"])(
  "the time %s survives formatting and parsing",
  (time) => {
    expect(parseLocalTime(formatLocalTime(new Date(time)))).toBe(time);
  },
);

test("a time is formatted in the reader's time zone", () => {
  expect(formatLocalTime(new Date(2026, 10, 24, 9, 5))).toBe("2026-11-24T09:05");
});

test.each([
  [7, "7 ms"],
  [999, "999 ms"],
  [1_240, "1.2 s"],
  [15_003, "15 s"],
])("%d milliseconds are shown as %s", (milliseconds, shown) => {
  expect(formatDuration(milliseconds)).toBe(shown);
});
