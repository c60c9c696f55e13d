import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { applyChanges, type Changes, recordChange } from "./changes";
import type { ListedProduct } from "./listed";

const LAMP: ListedProduct = {
  id: 1,
  sku: "LAMP-1",
  name: "Desk lamp",
  price: "24.90",
  quantity: 3,
  active: true,
  updated_at: "2026-11-24T09:30:02.125000Z",
};
const TABLE = { ...LAMP, id: 2, sku: "TABLE-1" };

function applyTo(requestedAt: number, changes: Changes): ListedProduct[] {
  return applyChanges(
    [{ items: [LAMP, TABLE], next_cursor: null, requested_at: requestedAt }],
    changes,
  );
}

function changesOf(...edits: [number, Partial<ListedProduct> | null][]): Changes {
  const queries = new QueryClient();
  for (const [id, change] of edits) recordChange(queries, id, change);
  return queries.getQueryData<Changes>(["product-changes"]) ?? new Map();
}

test("an edit shows in a page requested before it", () => {
  expect(applyTo(0, changesOf([1, { active: false }]))).toEqual([
    { ...LAMP, active: false },
    TABLE,
  ]);
});

test("edits of one product are merged", () => {
  const changes = changesOf([1, { active: false }], [1, { price: "1.00" }]);
  expect(applyTo(0, changes)[0]).toEqual({ ...LAMP, active: false, price: "1.00" });
});

test("a deleted product is removed", () => {
  expect(applyTo(0, changesOf([1, { price: "1.00" }], [1, null]))).toEqual([TABLE]);
});

test("a page requested after an edit is unchanged", () => {
  expect(applyTo(Date.now() + 1_000, changesOf([1, null]))).toEqual([LAMP, TABLE]);
});
