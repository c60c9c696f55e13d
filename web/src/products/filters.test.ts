import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  FILTERS,
  type Filters,
  findReversedRange,
  readState,
  toApiFilter,
  toApiQuery,
  writeState,
} from "./filters";

test("a list's state survives the route", () => {
  const state = {
    filters: {
      search: "desk & lamp=1",
      sku_prefix: "LAMP-",
      active: "false",
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
])("values the API would reject are dropped: %s", (query) => {
  expect(readState(new URLSearchParams(query))).toEqual({ filters: {} });
});

test("days are whole days in the reader's calendar", () => {
  const filter = toApiFilter({ updated_from: "2026-11-24", updated_to: "2026-11-24" });
  const from = new Date(filter["updated_at[gte]"] ?? "");
  const to = new Date(filter["updated_at[lte]"] ?? "");
  expect([from.getDate(), from.getHours(), from.getMinutes()]).toEqual([24, 0, 0]);
  expect([to.getDate(), to.getHours(), to.getMinutes()]).toEqual([24, 23, 59]);
  expect(filter["updated_at[lte]"]).toMatch(/59\.999999Z$/);
});

test("a query has only the filters that are set", () => {
  expect(toApiQuery({ filters: { active: "true", sku_prefix: "A" }, sort: "name" })).toEqual({
    active: true,
    "sku[prefix]": "A",
    sort: "name",
  });
});

test("a range that ends before it starts is found", () => {
  const find = (filters: Filters) => findReversedRange(filters)?.name;
  expect(find({ price_from: "500", price_to: "100" })).toBe("price_to");
  expect(find({ price_from: "90", price_to: "100" })).toBeUndefined();
  expect(find({ price_from: "500" })).toBeUndefined();
  expect(find({ updated_from: "2026-11-24", updated_to: "2026-11-23" })).toBe("updated_to");
  expect(find({ updated_from: "2026-11-24", updated_to: "2026-11-24" })).toBeUndefined();
});

test("every filter is one of the API's", () => {
  const document = JSON.parse(readFileSync("../docs/openapi.json", "utf-8"));
  const { properties } = document.components.schemas.FilterBody;
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining(FILTERS.map(({ parameter }) => parameter)),
  );
});
