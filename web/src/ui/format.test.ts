import { expect, test } from "vitest";
import { formatBytes, formatRelative, formatSeconds, formatShare, shorten } from "./format";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1 kB"],
  [64_500_000, "64.5 MB"],
  [2_500_000_000_000_000, "2,500 TB"],
])("%d bytes are shown as %s", (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown);
});

test.each([
  [0.84, "0.8 s"],
  [42.2, "42 s"],
  [185, "3 min 5 s"],
  [7_800, "2 h 10 min"],
])("%d seconds are shown as %s", (seconds, shown) => {
  expect(formatSeconds(seconds)).toBe(shown);
});

test.each([
  [0, "0%"],
  [0.00004, "<0.1%"],
  [0.125, "12.5%"],
  [0.99996, ">99.9%"],
  [1, "100%"],
])("a share of %d is shown as %s", (share, shown) => {
  expect(formatShare(share)).toBe(shown);
});

test("a time is shown relative to now", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  expect(formatRelative("2026-11-24T11:58:00Z", now)).toBe("2 minutes ago");
  expect(formatRelative("2026-11-24T17:00:00Z", now)).toBe("in 5 hours");
});

test("a long text is shortened, a short one is unchanged", () => {
  expect(shorten("Desk lamp", 9)).toBe("Desk lamp");
  expect(shorten("Desk lamp, tall", 6)).toBe("Desk…");
});
