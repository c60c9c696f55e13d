import { expect, test } from "vitest";
import {
  attributesProblem,
  chosenFields,
  describeColumns,
  type ExportDraft,
  toBody,
} from "./request";

const DRAFT: ExportDraft = {
  filters: null,
  changedSince: "",
  format: "csv",
  layout: "product_importer",
  fields: null,
  attributes: "",
  escapesFormulas: false,
};

test("an unchanged form exports every field of all products as CSV", () => {
  expect(toBody(DRAFT)).toEqual({
    filter: {},
    changed_since: null,
    fields: null,
    format: "csv",
    layout: "product_importer",
    escape_formulas: false,
  });
});

test("filters and times are sent as the API names them", () => {
  const body = toBody({
    ...DRAFT,
    filters: { price_from: "5", active: "true" },
    changedSince: "2026-11-30T09:00",
  });
  expect(body.filter).toEqual({ "price[gte]": "5", active: true });
  expect(body.changed_since).toBe(new Date("2026-11-30T09:00").toISOString());
});

test("fields are in the order of the file, and only those that the format can have", () => {
  const fields = ["updated_at", "price", "sku"];
  expect(chosenFields({ ...DRAFT, fields })).toEqual(["sku", "price"]);
  expect(chosenFields({ ...DRAFT, fields, format: "jsonl" })).toEqual([
    "sku",
    "price",
    "updated_at",
  ]);
});

test("attributes are all of them, or those that are named", () => {
  const draft = { ...DRAFT, fields: ["attributes", "sku"] };
  expect(chosenFields({ ...draft, attributes: " \n" })).toEqual(["sku", "attributes"]);
  const named = chosenFields({ ...draft, attributes: " colour\n\nSize, cm\u00a0\ncolour\n" });
  expect(named).toEqual(["sku", "attributes.colour", "attributes.Size, cm"]);
  expect(describeColumns({ fields: named })).toBe("SKU, colour, Size, cm");
  expect(chosenFields({ ...draft, fields: ["sku"], attributes: "colour" })).toEqual(["sku"]);
});

test("a name of an attribute has at most 255 characters", () => {
  const draft = { ...DRAFT, fields: ["attributes"] };
  expect(attributesProblem({ ...draft, attributes: "😀".repeat(255) })).toBeUndefined();
  expect(attributesProblem({ ...draft, attributes: `a\n${"b".repeat(256)}` })).toContain("255");
  expect(attributesProblem({ ...DRAFT, attributes: "b".repeat(256) })).toBeUndefined();
});

test("the layout of a shop has its own columns, and JSON Lines has no layout", () => {
  const shop = { ...DRAFT, layout: "shopify", fields: ["sku"] } as const;
  const body = toBody({ ...shop, fields: ["sku"] });
  expect([body.layout, body.fields]).toEqual(["shopify", null]);
  const lines = toBody({ ...shop, fields: ["sku"], format: "jsonl" });
  expect([lines.layout, lines.fields]).toEqual(["product_importer", ["sku"]]);
});

test("formulas are escaped only in formats that have them", () => {
  expect(toBody({ ...DRAFT, escapesFormulas: true }).escape_formulas).toBe(true);
  expect(toBody({ ...DRAFT, escapesFormulas: true, format: "xlsx" }).escape_formulas).toBe(false);
});
