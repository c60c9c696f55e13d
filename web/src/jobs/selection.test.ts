import { expect, test } from "vitest";
import { describeExported, describeSelection } from "./selection";

test.each([
  [{ all: true }, "all products"],
  [{ sku_count: 1 }, "1 SKU"],
  [{ sku_count: 2500 }, "2,500 SKUs"],
  [{ filter: { active: false, search: null } }, "products with active false"],
  [
    { filter: { "price[gte]": "10", "sku[prefix]": "LAMP" } },
    "products with price from 10 and sku starting with LAMP",
  ],
])("%j is described as %s", (selection, description) => {
  expect(describeSelection(selection)).toBe(description);
});

test.each([
  [{ filter: {}, changed_since: null }, "all products"],
  [{ filter: { active: true }, changed_since: null }, "products with active true"],
  [{ filter: {}, changed_since: "2026-11-30T09:00:00Z" }, /^products changed since .*2026/],
  [
    { filter: { active: true }, changed_since: "2026-11-30T09:00:00Z" },
    /^products with active true, changed since .*2026/,
  ],
])("the export %j is described as %s", (request, description) => {
  expect(describeExported(request)).toMatch(description);
});
