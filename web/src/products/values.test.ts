import { expect, test } from "vitest";
import {
  findConflicts,
  findOwnChanges,
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

test("a patch has only changed values", () => {
  expect(makePatch(LAMP, LAMP)).toEqual({});
  expect(makePatch(LAMP, { ...LAMP, price: "19.90", active: "false" })).toEqual({
    price: "19.90",
    active: false,
  });
});

test("a blank price or quantity becomes null, a blank description stays a text", () => {
  const before = { ...LAMP, description: "Bright" };
  expect(makePatch(before, { ...LAMP, price: " ", quantity: "", description: "" })).toEqual({
    price: null,
    quantity: null,
    description: "",
  });
});

test("renaming an attribute adds one and removes one", () => {
  const { "attributes.colour": colour = "", ...rest } = LAMP;
  expect(makePatch(LAMP, { ...rest, "attributes.shade": colour })).toEqual({
    attributes: { colour: null, shade: "red" },
  });
});

test("an attribute may be named constructor", () => {
  const patch = makePatch(LAMP, { ...LAMP, "attributes.constructor": "x" });
  expect(patch).toEqual({ attributes: { constructor: "x" } });
});

test("the order of values doesn't matter", () => {
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

test("values changed alike, or by one person only, need no choice", () => {
  const theirs = { ...LAMP, name: "Table lamp", price: "30.00" };
  const yours = { ...LAMP, name: "Table lamp", quantity: "4" };
  const conflicts = findConflicts(LAMP, theirs, yours);
  expect(conflicts).toEqual([
    { name: "price", before: "24.90", theirs: "30.00", yours: "24.90", isYours: false },
  ]);
  expect(mergeValues(LAMP, theirs, yours, {})).toEqual({ ...theirs, quantity: "4" });
});

test.each([
  ["theirs", "30.00"],
  ["yours", "19.90"],
] as const)("a conflict is resolved in favour of %s", (choice, price) => {
  const theirs = { ...LAMP, price: "30.00" };
  const yours = { ...LAMP, price: "19.90", name: "Lamp" };
  expect(findConflicts(LAMP, theirs, yours)[0]?.isYours).toBe(true);
  expect(mergeValues(LAMP, theirs, yours, { price: choice })).toEqual({
    ...LAMP,
    price,
    name: "Lamp",
  });
});

test("removing an attribute conflicts with changing it", () => {
  const { "attributes.colour": _, ...removed } = LAMP;
  const changed = { ...LAMP, "attributes.colour": "blue" };
  expect(mergeValues(LAMP, removed, changed, { "attributes.colour": "theirs" })).toEqual(removed);
  expect(mergeValues(LAMP, removed, changed, { "attributes.colour": "yours" })).toEqual(changed);
  expect(mergeValues(LAMP, changed, removed, { "attributes.colour": "yours" })).toEqual(removed);
});

test("changes of the form alone are distinguished from conflicts", () => {
  const before = { name: "Lamp", price: "1.00", description: "" };
  const theirs = { ...before, name: "Their lamp" };
  const yours = { ...before, name: "My lamp", price: "2.00" };
  expect(findOwnChanges(before, theirs, yours)).toEqual(["price"]);
});
