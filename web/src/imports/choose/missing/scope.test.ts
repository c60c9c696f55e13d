import { expect, test } from "vitest";
import { kindOf } from "./scope";

test.each([
  [null, "all"],
  [{ "sku[prefix]": "L-", brand: null }, "sku[prefix]"],
  [{ brand: "Acme" }, "brand"],
  [{ profile: "prf_1" }, "profile"],
  [{ brand: "Acme", active: true }, "other"],
  [{ active: true }, "other"],
] as const)("the scope %j is of the kind %s", (scope, kind) => {
  expect(kindOf(scope as never)).toBe(kind);
});
