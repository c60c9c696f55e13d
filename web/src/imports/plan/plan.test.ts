import { expect, test } from "vitest";
import { countMatching, type Plan, readFilters } from "./plan";

const PLAN = {
  counts: {
    created: 3,
    updated: 5,
    unchanged: 1,
    duplicate: 0,
    skipped: 0,
    rejected: 2,
    missing: 4,
  },
  fields: { price: 4, quantity: 1 },
} as unknown as Plan;

test("the address has the filters; values that don't exist are ignored", () => {
  expect(readFilters(new URLSearchParams("action=updated&field=price"))).toEqual({
    action: "updated",
    field: "price",
  });
  expect(readFilters(new URLSearchParams("action=exploded&field=colour"))).toEqual({});
});

test("each filter has its number of changes", () => {
  expect(countMatching(PLAN, {})).toBe(12);
  expect(countMatching(PLAN, { action: "created" })).toBe(3);
  expect(countMatching(PLAN, { action: "updated", field: "price" })).toBe(4);
  expect(countMatching(PLAN, { field: "name" })).toBe(0);
});
