import { expect, test } from "vitest";
import { listValues, percentOf } from "./values";

test("a field has one value before and after", () => {
  expect(listValues("price", { before: "1.00", after: "2.00" })).toEqual([
    { before: "1.00", after: "2.00" },
  ]);
  expect(listValues("quantity", { before: null, after: 0 })).toEqual([{ before: "", after: "0" }]);
  expect(listValues("active", { before: true, after: false })).toEqual([
    { before: "yes", after: "no" },
  ]);
});

test("of the attributes only those that differ are listed", () => {
  const change = {
    before: { Colour: "red", Size: "M", Weight: "2 kg" },
    after: { Colour: "blue", Size: "M", Finish: "matt" },
  };
  expect(listValues("attributes", change)).toEqual([
    { name: "Colour", before: "red", after: "blue" },
    { name: "Finish", before: "", after: "matt" },
    { name: "Weight", before: "2 kg", after: "" },
  ]);
});

test.each([
  ["10.00", "15.00", 50],
  ["10.00", "5.00", -50],
  ["0.00", "5.00", undefined],
  ["", "5.00", undefined],
  ["5.00", "", undefined],
])("a price from %j to %j changes by %j percent", (before, after, percent) => {
  expect(percentOf({ before, after })).toBe(percent);
});
