import { expect, test } from "vitest";
import { addRow, draftOf, findDraftErrors, NEW_PRODUCT, readDraft, rowErrorKey } from "./draft";

const LAMP = { ...NEW_PRODUCT, sku: "LAMP-1", name: "Lamp", "attributes.colour": "red" };

function draftWith(quantity: string) {
  return draftOf({ ...LAMP, quantity });
}

test("a new product has the defaults of an import but no price", () => {
  expect(NEW_PRODUCT).toMatchObject({ description: "", price: "", quantity: "0", active: "true" });
});

test("values survive the way through a draft", () => {
  expect(readDraft(draftOf(LAMP))).toEqual(LAMP);
});

test("an attribute without a name or a text is ignored", () => {
  const draft = draftOf(LAMP);
  const rows = [...draft.attributes, { key: 7, name: "size", text: " " }];
  expect(readDraft({ ...draft, attributes: addRow(rows) })).toEqual(LAMP);
});

test("each row has its own key, also after a row was removed", () => {
  const rows = addRow(addRow([])).slice(1);
  expect(addRow(rows).map(({ key }) => key)).toEqual([1, 2]);
});

test.each(["1.5", "many", "1e3", "0x10"])("the quantity %s is an error", (quantity) => {
  expect(findDraftErrors(draftWith(quantity))).toHaveProperty("quantity");
});

test.each(["", "12", " 7 ", "-1"])("the quantity %j is left to the API", (quantity) => {
  expect(findDraftErrors(draftWith(quantity))).toEqual({});
});

test("attributes need unique names", () => {
  const attributes = [
    { key: 0, name: "colour", text: "red" },
    { key: 1, name: " colour ", text: "blue" },
    { key: 2, name: "", text: "large" },
  ];
  const errors = findDraftErrors({ ...draftOf(LAMP), attributes });
  expect(Object.keys(errors)).toEqual([rowErrorKey(1), rowErrorKey(2)]);
});
