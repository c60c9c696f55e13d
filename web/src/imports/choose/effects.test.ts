import { expect, test } from "vitest";
import type { Schema } from "../../api/client";
import { describeAttributes, findEffect } from "./effects";

const PRODUCT = {
  sku: "A-1",
  price: "14.88",
  active: false,
  quantity: null,
  attributes: { Colour: "red", Size: "M" },
};

const COLUMNS: Schema["PreviewColumn"][] = [
  { header: "Preis", field: "price" },
  { header: "Aktiv", field: "active" },
  { header: "Bestand", field: "quantity" },
  { header: "Colour", field: "attributes" },
];
const RECORD = { line: 2, cells: ["12,50", "nein", "", "rt"], reject: null, skip: null };

test("the effect on a cell is the product's value", () => {
  const effects = COLUMNS.map((_, at) => findEffect({ ...RECORD, product: PRODUCT }, COLUMNS, at));
  expect(effects.map(({ cell }) => cell)).toEqual(RECORD.cells);
  expect(effects.map(({ value }) => value)).toEqual(["14.88", "no", "", "red"]);
});

test("a rejected record has its reason at the cell that is wrong", () => {
  const reject = { code: "quantity_negative", field: "quantity", message: "Below 0." };
  const record = { ...RECORD, product: null, reject };
  const effects = COLUMNS.map((_, at) => findEffect(record, COLUMNS, at));
  expect(effects.map(({ value }) => value)).toEqual(COLUMNS.map(() => undefined));
  expect(effects.map((effect) => effect.reject)).toEqual([null, null, "Below 0.", null]);
});

test("attributes are listed by name", () => {
  expect(describeAttributes(PRODUCT)).toBe("Colour: red, Size: M");
});
