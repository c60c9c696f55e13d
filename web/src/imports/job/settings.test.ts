import { expect, test } from "vitest";
import { describeColumns, describeOptions } from "./settings";

const DETECTED = {
  encoding: "utf-16-le",
  delimiter: ";",
  columns: { colour: "attributes", Nr: "sku", Title: "name", note: null },
  header: ["Nr", "Title", "colour", "note"],
};

test("each column is shown with its field", () => {
  expect(describeColumns({ options: {}, detected: DETECTED })).toEqual([
    ["Nr", "SKU"],
    ["Title", "Name"],
    ["colour", "Attribute"],
    ["note", "Ignored"],
  ]);
});

test("the chosen sheet is shown", () => {
  expect(describeOptions({ options: { sheet: "Spring" }, detected: null })).toEqual([
    ["Sheet", "Spring"],
  ]);
});

test("the format and the options that aren't defaults are shown", () => {
  const options = { blank: { price: "keep", quantity: "default" }, max_rejects: 1200 };
  expect(describeOptions({ options, detected: DETECTED })).toEqual([
    ["Delimiter", "Semicolon"],
    ["Encoding", "UTF-16"],
    ["Maximum rejected records", "1,200"],
    ["Blank price", "Keep existing value"],
  ]);
});
