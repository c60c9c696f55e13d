import { expect, test } from "vitest";
import { describeSelection } from "./selection";

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
