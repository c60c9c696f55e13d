import { expect, test } from "vitest";
import { describeAttributes, findEffect } from "./effects";

const PRODUCT = {
  sku: "A-1",
  price: "14.88",
  active: false,
  quantity: null,
  attributes: { Colour: "red", Size: "M" },
};

test("the effect on a cell is the product's value", () => {
  expect(findEffect(PRODUCT, "Preis", "price")).toBe("14.88");
  expect(findEffect(PRODUCT, "Aktiv", "active")).toBe("no");
  expect(findEffect(PRODUCT, "Bestand", "quantity")).toBe("");
  expect(findEffect(PRODUCT, "Colour", "attributes")).toBe("red");
});

test("a record without a product has no effect to show", () => {
  expect(findEffect(null, "Preis", "price")).toBeUndefined();
});

test("attributes are listed by name", () => {
  expect(describeAttributes(PRODUCT)).toBe("Colour: red, Size: M");
});
