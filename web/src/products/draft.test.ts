import { expect, test } from "vitest";
import { addRow, checkDraft, draftOf, NEW_PRODUCT, nameRow, readDraft } from "./draft";

const LAMP = { ...NEW_PRODUCT, sku: "LAMP-1", name: "Lamp", "attributes.colour": "red" };

test("a draft of values means the same values", () => {
  expect(readDraft(draftOf(LAMP))).toEqual(LAMP);
});

test("an attribute without a name or a text is none", () => {
  const draft = draftOf(LAMP);
  const rows = [...draft.attributes, { key: 7, name: "size", text: " " }];
  expect(readDraft({ ...draft, attributes: addRow(rows) })).toEqual(LAMP);
});

test("each row has a key of its own, also after one is removed", () => {
  const rows = addRow(addRow([])).slice(1);
  expect(addRow(rows).map(({ key }) => key)).toEqual([1, 2]);
});

test.each(["1.5", "many", "1e3", "0x10"])("a quantity of %s is not sent", (quantity) => {
  expect(checkDraft({ ...draftOf(LAMP), quantity })).toHaveProperty("quantity");
});

test.each(["", "12", " 7 ", "-1"])("a quantity of %j is the API's to judge", (quantity) => {
  expect(checkDraft({ ...draftOf(LAMP), quantity })).toEqual({});
});

test("attributes need a name, and each its own", () => {
  const attributes = [
    { key: 0, name: "colour", text: "red" },
    { key: 1, name: " colour ", text: "blue" },
    { key: 2, name: "", text: "large" },
  ];
  const faults = checkDraft({ ...draftOf(LAMP), attributes });
  expect(Object.keys(faults)).toEqual([nameRow(1), nameRow(2)]);
});
