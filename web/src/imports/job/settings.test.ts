import { expect, test } from "vitest";
import { describeColumns, describeMissingCount, describeOptions } from "./settings";

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

test("missing products are counted, and their limit is among the options", () => {
  const options = { missing: "delete", max_missing: { percent: 5, products: 0 } };
  const job = { options, detected: null };
  expect(describeMissingCount({ ...job, status: "COMPLETED" }, 1)).toBe(
    "1 product missing from the file was deleted.",
  );
  expect(describeMissingCount({ ...job, status: "PLANNED" }, 1200)).toBe(
    "1,200 products missing from the file will be deleted.",
  );
  expect(describeMissingCount({ ...job, status: "COMPLETED" }, 0)).toBeNull();
  expect(describeOptions(job)).toEqual([
    ["Missing products", "all products: deleted"],
    [
      "Limit of missing products",
      "Nothing is changed if more than 5% of these products would be deleted.",
    ],
  ]);
});
