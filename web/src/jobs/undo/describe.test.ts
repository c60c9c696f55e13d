import { expect, test } from "vitest";
import { countChanges, describePlan, describeResult } from "./describe";

const NONE = { restored: 0, deleted: 0, recreated: 0, conflicts: 0 };

test("a plan has a sentence for each kind of change", () => {
  expect(describePlan({ restored: 1200, deleted: 1, recreated: 2, conflicts: 5 })).toEqual([
    "1,200 products get their previous values back.",
    "1 product that was new is deleted.",
    "2 products that were deleted come back.",
  ]);
  expect(describePlan({ ...NONE, conflicts: 5 })).toEqual([]);
});

test("a result lists what was done", () => {
  expect(describeResult({ ...NONE, restored: 1200, recreated: 2 })).toBe(
    "1,200 restored, 2 brought back.",
  );
  expect(describeResult({ ...NONE, conflicts: 3 })).toBe("No products were changed.");
});

test("products in conflict aren't counted as changes", () => {
  expect(countChanges({ restored: 1, deleted: 2, recreated: 3, conflicts: 50 })).toBe(6);
});
