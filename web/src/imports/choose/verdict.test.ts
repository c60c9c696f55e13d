import { expect, test } from "vitest";
import { NO_OPTIONS } from "../options";
import type { Preview } from "./preview";
import { foretellNumbers, foretellRejects, judge } from "./verdict";

const NO_NUMBER = { code: "price_not_number", field: "price", message: "The price is no number." };
const TOO_LONG = { code: "sku_too_long", field: "sku", message: "The SKU is too long." };

function preview(...rejects: (typeof NO_NUMBER | null)[]): Preview {
  return {
    encoding: "utf-8",
    delimiter: ",",
    columns: [
      { header: "sku", field: "sku" },
      { header: "name", field: "name" },
      { header: "price", field: "price" },
    ],
    records: rejects.map((reject, i) => ({ line: i + 2, cells: ["A", "Lamp", "1"], reject })),
    error: null,
  };
}

test("a file whose records are mostly good is ready", () => {
  expect(judge(preview(null, NO_NUMBER), true)).toBe("ready");
  expect(foretellRejects(preview(null, NO_NUMBER))).toBeNull();
});

test("a file whose records would all be rejected is doubtful, and says the commonest reason", () => {
  const told = preview(TOO_LONG, NO_NUMBER, NO_NUMBER);
  expect(judge(told, true)).toBe("doubtful");
  expect(foretellRejects(told)).toBe(
    "None of the first 3 records can be imported: The price is no number.",
  );
  expect(foretellRejects(preview(NO_NUMBER, NO_NUMBER, null))).toBe(
    "2 of the first 3 records cannot be imported, most because: The price is no number.",
  );
});

test("a header alone is no file to import, unless its records are beyond the head", () => {
  expect(judge(preview(), true)).toBe("empty");
  expect(judge(preview(), false)).toBe("ready");
});

test.each([
  ["not_csv", "impossible"],
  ["header_incomplete", "open"],
])("a file with %s is %s", (code, verdict) => {
  expect(judge({ ...preview(), error: { code, message: "…" } }, true)).toBe(verdict);
});

test("what becomes of numbers that are not there is said", () => {
  const told = preview(null);
  const absent = "No column is the quantity: new products get 0, others keep theirs.";
  expect(foretellNumbers(told, NO_OPTIONS)).toEqual([absent]);
  const records = [{ line: 2, cells: ["A", "Lamp", " "], reject: null }];
  expect(foretellNumbers({ ...told, records }, NO_OPTIONS)).toEqual([
    absent,
    "Where the price is blank, it becomes 0. More options has other ways.",
  ]);
  const blank = { ...NO_OPTIONS.blank, price: "keep" as const };
  expect(foretellNumbers({ ...told, records }, { ...NO_OPTIONS, blank })[1]).toContain("keep");
});
