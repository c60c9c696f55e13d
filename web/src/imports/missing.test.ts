import { expect, test } from "vitest";
import { DEFAULT_LIMIT, describeLimit, describeScope, limitOf } from "./missing";

test.each([
  [
    DEFAULT_LIMIT,
    "Nothing is changed if more than 10% of these products and more than 1,000, or more than 90%, would be deactivated.",
  ],
  [
    { percent: 5, products: 0 },
    "Nothing is changed if more than 5% of these products would be deactivated.",
  ],
  [
    { percent: 0, products: 20 },
    "Nothing is changed if more than 20 of these products, or more than 90%, would be deactivated.",
  ],
  [
    { percent: 95, products: 20 },
    "Nothing is changed if more than 95% of these products and more than 20 would be deactivated.",
  ],
  [
    { percent: 0, products: 0 },
    "Nothing is changed if any of these products would be deactivated.",
  ],
  [{ percent: 100, products: 0 }, "There is no limit: all of these products may be deactivated."],
])("the limit %j is spelled out", (limit, text) => {
  expect(describeLimit("deactivate", limit)).toBe(text);
});

test("a limit that isn't set is the default; a part that isn't set is 0", () => {
  expect(limitOf({ max_missing: null })).toEqual(DEFAULT_LIMIT);
  expect(limitOf({ max_missing: { percent: 5 } as never })).toEqual({ percent: 5, products: 0 });
});

test.each([
  [null, "all products"],
  [{ "sku[prefix]": "LMP-" }, "products with sku starting with LMP-"],
  [{ profile: "prf_1" }, "products last imported with Acme"],
  [{ profile: "prf_1", active: true }, "products with active true last imported with Acme"],
])("the scope %j is described as %s", (scope, text) => {
  expect(describeScope(scope as never, "Acme")).toBe(text);
});
