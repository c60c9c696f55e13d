import { expect, test } from "vitest";
import { describeColumns, describeOptions } from "./reading";

const DETECTED = {
  encoding: "utf-16-le",
  delimiter: ";",
  columns: { colour: "attributes", Nr: "sku", Title: "name", note: null },
  header: ["Nr", "Title", "colour", "note"],
};

test("each column is said with what it became", () => {
  expect(describeColumns({ options: {}, detected: DETECTED })).toEqual([
    ["Nr", "SKU"],
    ["Title", "Name"],
    ["colour", "An attribute"],
    ["note", "Left out"],
  ]);
});

test("how it was read is said, and the options that are not the usual ones", () => {
  const options = { blank: { price: "keep", quantity: "default" }, max_rejects: 1200 };
  expect(describeOptions({ options, detected: DETECTED })).toEqual([
    ["Cells are separated by", "Semicolon"],
    ["Letters are encoded as", "UTF-16"],
    ["Where price is blank", "Keep what the product has"],
    ["Rejected, at most", "1,200"],
  ]);
});
