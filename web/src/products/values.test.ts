import { expect, test } from "vitest";
import {
  findClashes,
  findOwn,
  isSame,
  makePatch,
  makeProduct,
  mergeValues,
  valuesOf,
} from "./values";

const LAMP = valuesOf({
  id: 1,
  sku: "LAMP-1",
  name: "Desk lamp",
  description: "",
  price: "24.90",
  quantity: 3,
  active: true,
  attributes: { colour: "red", watt: "40" },
  source: null,
  created_at: "2026-11-24T09:30:02.125000Z",
  updated_at: "2026-11-24T09:30:02.125000Z",
});

test("a patch has only what differs", () => {
  expect(makePatch(LAMP, LAMP)).toEqual({});
  expect(makePatch(LAMP, { ...LAMP, price: "19.90", active: "false" })).toEqual({
    price: "19.90",
    active: false,
  });
});

test("an emptied price or quantity is cleared, an emptied description is empty", () => {
  const before = { ...LAMP, description: "Bright" };
  expect(makePatch(before, { ...LAMP, price: " ", quantity: "", description: "" })).toEqual({
    price: null,
    quantity: null,
    description: "",
  });
});

test("an attribute is added, removed, and renamed by both", () => {
  const { "attributes.colour": colour = "", ...rest } = LAMP;
  expect(makePatch(LAMP, { ...rest, "attributes.shade": colour })).toEqual({
    attributes: { colour: null, shade: "red" },
  });
});

test("an attribute may be named as a field of every object", () => {
  const patch = makePatch(LAMP, { ...LAMP, "attributes.constructor": "x" });
  expect(patch).toEqual({ attributes: { constructor: "x" } });
});

test("values are the same whatever their order", () => {
  const { "attributes.colour": colour = "", ...rest } = LAMP;
  expect(isSame(LAMP, { "attributes.colour": colour, ...rest })).toBe(true);
  expect(isSame(LAMP, rest)).toBe(false);
  expect(isSame(rest, LAMP)).toBe(false);
});

test("a new product has all its values", () => {
  expect(makeProduct({ ...LAMP, price: "" })).toEqual({
    sku: "LAMP-1",
    name: "Desk lamp",
    description: "",
    price: null,
    quantity: 3,
    active: true,
    attributes: { colour: "red", watt: "40" },
  });
});

test("what both changed alike, or only one changed, needs no decision", () => {
  const theirs = { ...LAMP, name: "Table lamp", price: "30.00" };
  const yours = { ...LAMP, name: "Table lamp", quantity: "4" };
  const clashes = findClashes(LAMP, theirs, yours);
  expect(clashes).toEqual([
    { name: "price", before: "24.90", theirs: "30.00", yours: "24.90", isYours: false },
  ]);
  expect(mergeValues(LAMP, theirs, yours, {})).toEqual({ ...theirs, quantity: "4" });
});

test.each([
  ["theirs", "30.00"],
  ["yours", "19.90"],
] as const)("a clash is decided for %s", (choice, price) => {
  const theirs = { ...LAMP, price: "30.00" };
  const yours = { ...LAMP, price: "19.90", name: "Lamp" };
  expect(findClashes(LAMP, theirs, yours)[0]?.isYours).toBe(true);
  expect(mergeValues(LAMP, theirs, yours, { price: choice })).toEqual({
    ...LAMP,
    price,
    name: "Lamp",
  });
});

test("an attribute that one removed and the other changed is a clash", () => {
  const { "attributes.colour": _, ...removed } = LAMP;
  const changed = { ...LAMP, "attributes.colour": "blue" };
  expect(mergeValues(LAMP, removed, changed, { "attributes.colour": "theirs" })).toEqual(removed);
  expect(mergeValues(LAMP, removed, changed, { "attributes.colour": "yours" })).toEqual(changed);
  expect(mergeValues(LAMP, changed, removed, { "attributes.colour": "yours" })).toEqual(removed);
});

test("what only the form changed is told apart from what both did", () => {
  const before = { name: "Lamp", price: "1.00", description: "" };
  const theirs = { ...before, name: "Their lamp" };
  const yours = { ...before, name: "My lamp", price: "2.00" };
  expect(findOwn(before, theirs, yours)).toEqual(["price"]);
});
