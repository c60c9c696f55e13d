import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { type Changes, layOver, noteChange } from "./changes";
import type { Listed } from "./list";

const LAMP: Listed = {
  id: 1,
  sku: "LAMP-1",
  name: "Desk lamp",
  price: "24.90",
  quantity: 3,
  active: true,
  updated_at: "2026-11-24T09:30:02.125000Z",
};
const TABLE = { ...LAMP, id: 2, sku: "TABLE-1" };

function lay(askedAt: number, changes: Changes): Listed[] {
  return layOver([{ items: [LAMP, TABLE], next_cursor: null, asked_at: askedAt }], changes);
}

function changesOf(...edits: [number, Partial<Listed> | null][]): Changes {
  const queries = new QueryClient();
  for (const [id, change] of edits) noteChange(queries, id, change);
  return queries.getQueryData<Changes>(["product-changes"]) ?? new Map();
}

test("an edit shows in a page that was asked for before it", () => {
  expect(lay(0, changesOf([1, { active: false }]))).toEqual([{ ...LAMP, active: false }, TABLE]);
});

test("edits of one product add up", () => {
  const changes = changesOf([1, { active: false }], [1, { price: "1.00" }]);
  expect(lay(0, changes)[0]).toEqual({ ...LAMP, active: false, price: "1.00" });
});

test("a deleted product is gone", () => {
  expect(lay(0, changesOf([1, { price: "1.00" }], [1, null]))).toEqual([TABLE]);
});

test("a page that was asked for after an edit knows better", () => {
  expect(lay(Date.now() + 1_000, changesOf([1, null]))).toEqual([LAMP, TABLE]);
});
