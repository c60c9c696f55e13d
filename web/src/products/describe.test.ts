import { expect, test } from "vitest";
import { describeFilters } from "./describe";

test.each([
  [{ search: "lamp" }, "Matches “lamp”"],
  [{ sku_prefix: "LAMP-" }, "SKU starts with “LAMP-”"],
  [{ active: "false" }, "Inactive"],
  [{ price_from: "5" }, "Price from 5.00"],
  [{ price_to: "1200" }, "Price up to 1,200.00"],
  [{ updated_to: "2026-11-24" }, "Updated until Nov 24, 2026"],
  [{ job_id: "job_1" }, "Last import: spring.csv"],
])("the filter %j is described as %s", (filters, text) => {
  expect(describeFilters(filters, "spring.csv").map((filter) => filter.text)).toEqual([text]);
});
