import { expect, test } from "vitest";
import { isReversed, readState, toApiFilter, toApiQuery, writeState } from "./filters";

test("a list's state survives the way through the route", () => {
  const state = {
    filters: {
      search: "desk & lamp=1",
      sku_prefix: "LAMP-",
      active: "false" as const,
      price_from: "1.50",
      price_to: "20",
      updated_from: "2026-11-01",
      updated_to: "2026-11-24",
      job_id: "job_01m85g57s7w6pgg03m8hrxcz85",
    },
    sort: "-price" as const,
  };
  expect(readState(writeState(state))).toEqual(state);
});

test.each([
  "active=maybe",
  "price_from=cheap",
  "price_to=1.234",
  "updated_from=yesterday",
  "updated_to=2026-13-40",
  "job_id=A%20B",
  "sku_prefix=%20%20",
  "sort=colour",
  "search=",
])("what the API would not take is left out: %s", (query) => {
  expect(readState(new URLSearchParams(query))).toEqual({ filters: {} });
});

test("days are whole days of the reader's calendar", () => {
  const filter = toApiFilter({ updated_from: "2026-11-24", updated_to: "2026-11-24" });
  const from = new Date(filter["updated_at[gte]"] ?? "");
  const to = new Date(filter["updated_at[lte]"] ?? "");
  expect([from.getDate(), from.getHours(), from.getMinutes()]).toEqual([24, 0, 0]);
  expect([to.getDate(), to.getHours(), to.getMinutes()]).toEqual([24, 23, 59]);
  expect(filter["updated_at[lte]"]).toMatch(/59\.999999Z$/);
});

test("a query names only the filters that are set", () => {
  expect(toApiQuery({ filters: { active: "true", sku_prefix: "A" }, sort: "name" })).toEqual({
    active: true,
    "sku[prefix]": "A",
    sort: "name",
  });
});

test("a range that ends before it begins is told from one that does not", () => {
  expect(isReversed({ price_from: "500", price_to: "100" }, "price")).toBe(true);
  expect(isReversed({ price_from: "90", price_to: "100" }, "price")).toBe(false);
  expect(isReversed({ price_from: "500" }, "price")).toBe(false);
  expect(isReversed({ updated_from: "2026-11-24", updated_to: "2026-11-23" }, "updated")).toBe(
    true,
  );
  expect(isReversed({ updated_from: "2026-11-24", updated_to: "2026-11-24" }, "updated")).toBe(
    false,
  );
});
