import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ImportJob } from "../jobs/job";
import { KEEP_MISSING } from "./missing";
import {
  assignField,
  fieldOf,
  listFields,
  NO_OPTIONS,
  OPTIONS,
  policyOf,
  setOption,
  setPolicy,
  toOptions,
} from "./options";
import { optionsLike, optionsOf } from "./optionsLike";

test("a field assigned to one column is removed from another", () => {
  const first = assignField(NO_OPTIONS, "Cost", "price");
  const second = assignField(first, "Retail", "price");
  expect(second.mapping).toEqual({ Retail: "price" });
});

test("several columns can be attributes or ignored", () => {
  const chosen = ["Colour", "Size"].reduce((o, h) => assignField(o, h, "attributes"), NO_OPTIONS);
  expect(chosen.mapping).toEqual({ Colour: "attributes", Size: "attributes" });
  const ignored = ["Colour", "Size"].reduce((o, h) => assignField(o, h, null), NO_OPTIONS);
  expect(ignored.mapping).toEqual({ Colour: null, Size: null });
});

test("a column has its detected field until another one is chosen", () => {
  expect(fieldOf(NO_OPTIONS, "Cost", "price")).toBe("price");
  expect(fieldOf(assignField(NO_OPTIONS, "Cost", "attributes"), "Cost", "price")).toBe(
    "attributes",
  );
  expect(fieldOf(assignField(NO_OPTIONS, "Cost", null), "Cost", "price")).toBeNull();
});

test("fixed records are read like their file, but as UTF-8", () => {
  const job: Pick<ImportJob, "options" | "detected"> = {
    options: {
      encoding: "cp1252",
      decimal_mark: ",",
      columns: { Preis: { multiply: "1.19", round: 2 } },
      blank: { price: "keep", active: "keep" },
      max_rejects: 5,
    },
    detected: {
      encoding: "cp1252",
      delimiter: ";",
      columns: { Artikel: "sku", Titel: "name", Farbe: "attributes", Notiz: null },
      header: ["Artikel", "Titel", "Farbe", "Notiz"],
    },
  };
  expect(optionsLike(job)).toEqual({
    mode: "upsert",
    match: "sku",
    delimiter: ";",
    encoding: "utf-8",
    member: null,
    sheet: null,
    format: null,
    header_line: null,
    decimal_mark: ",",
    currency: null,
    rounding: null,
    mapping: { Artikel: "sku", Titel: "name", Farbe: "attributes", Notiz: null },
    columns: { Preis: { multiply: "1.19", round: 2 } },
    blank: { brand: null, description: null, price: "keep", quantity: null, active: "keep" },
    max_rejects: 5,
    max_reject_rate: null,
    short_rows: null,
    sku_from: [],
    missing: null,
    scope: null,
    max_missing: null,
  });
});

test("fixed records aren't the whole catalogue, even if their file was", () => {
  const job = { options: { missing: "delete", scope: { brand: "Acme" } }, detected: null };
  expect(optionsLike(job).missing).toBeNull();
  expect(optionsLike(job).scope).toBeNull();
  expect(optionsOf(job).missing).toBe("delete");
});

test("products are found by something else than the SKU only in the mode update", () => {
  const matched = setOption(setOption(NO_OPTIONS, "mode", "update"), "match", "attributes.GTIN");
  expect(matched.match).toBe("attributes.GTIN");
  expect(setOption(matched, "mode", "create").match).toBe("sku");
});

test("a column can be the ID only if the ID finds the products", () => {
  const names = (match: string) => listFields({ match }).map(([name]) => name);
  expect(names("sku")).not.toContain("id");
  expect(names("id")).toContain("id");
});

test("blank cells keep existing values in the mode update unless another policy is set", () => {
  const update = setOption(NO_OPTIONS, "mode", "update");
  expect(policyOf(NO_OPTIONS, "price")).toBe("default");
  expect(policyOf(update, "price")).toBe("keep");
  expect(setPolicy(update, "price", "keep").blank.price).toBeNull();
  expect(policyOf(setPolicy(update, "price", "default"), "price")).toBe("default");
});

test("options that a profile doesn't set have their defaults", () => {
  const options = toOptions({ mode: null, mapping: { Preis: "price" }, blank: { price: "keep" } });
  expect(options.mode).toBe("upsert");
  expect(options.mapping).toEqual({ Preis: "price" });
  expect(options.blank.price).toBe("keep");
  expect(options.blank.quantity).toBeNull();
});

test("every option of the API is on the page", () => {
  const document = JSON.parse(readFileSync("../docs/openapi.json", "utf-8"));
  const { properties } = document.components.schemas.ImportOptions;
  const names = [
    ...OPTIONS.map(({ name }) => name),
    "mapping",
    "columns",
    "blank",
    ...Object.keys(KEEP_MISSING),
  ];
  expect(names.toSorted()).toEqual(Object.keys(properties).toSorted());
});
