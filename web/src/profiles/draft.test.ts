import { expect, test } from "vitest";
import { NO_CHANGES, setColumn } from "../imports/columnOptions";
import { assignField, NO_OPTIONS } from "../imports/options";
import { DETECTED, detectField, forgetColumn, listColumns, readChoice, stemOf } from "./draft";

test("a profile has the columns of its files and those that it assigns", () => {
  const options = assignField(assignField(NO_OPTIONS, "Preis", "price"), "Art.", "sku");
  expect(listColumns({ name: "", options, header: ["Titel", "Preis"] })).toEqual([
    "Titel",
    "Preis",
    "Art.",
  ]);
});

test("a removed column keeps no options", () => {
  const changed = setColumn(NO_OPTIONS, "Preis", { ...NO_CHANGES, multiply: "1.19" });
  const options = assignField(changed, "Preis", "price");
  expect(listColumns({ name: "", options: changed, header: [] })).toEqual(["Preis"]);
  expect(forgetColumn(options, "Preis")).toEqual(NO_OPTIONS);
});

test("a column whose field is detected has no assignment", () => {
  const options = assignField(assignField(NO_OPTIONS, "Preis", "price"), "Notiz", null);
  expect(detectField(options, "Preis").mapping).toEqual({ Notiz: null });
});

test.each([
  [DETECTED, { isDetected: true }],
  ["price", { isDetected: false, field: "price" }],
  ["", { isDetected: false, field: null }],
])("the choice %j is read", (text, choice) => {
  expect(readChoice(text)).toEqual(choice);
});

test.each([
  ["spring.csv", "spring"],
  ["stock.csv.gz", "stock"],
  [".csv", ".csv"],
  ["prices 1.5.2026.xlsx", "prices 1.5.2026"],
])("the stem of %s is %s", (filename, stem) => {
  expect(stemOf(filename)).toBe(stem);
});
