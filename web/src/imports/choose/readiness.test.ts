import { expect, test } from "vitest";
import { NO_OPTIONS } from "../options";
import type { Preview } from "./preview";
import { PREVIEW } from "./previewSample";
import { assessPreview, describeMissingNumbers, describeRejects } from "./readiness";

const NO_NUMBER = {
  code: "price_not_number",
  field: "price",
  message: "The price isn't a number.",
};
const TOO_LONG = { code: "sku_too_long", field: "sku", message: "The SKU is too long." };

function preview(...rejects: (typeof NO_NUMBER | null)[]): Preview {
  return {
    ...PREVIEW,
    columns: [
      { header: "sku", field: "sku" },
      { header: "name", field: "name" },
      { header: "price", field: "price" },
    ],
    records: rejects.map((reject, i) => ({
      line: i + 2,
      cells: ["A", "Lamp", "1"],
      reject,
      skip: null,
      product: null,
    })),
  };
}

test("a file with mostly valid records is ready", () => {
  expect(assessPreview(preview(null, NO_NUMBER), NO_OPTIONS, true)).toBe("ready");
  expect(describeRejects(preview(null, NO_NUMBER))).toBeNull();
});

test("a file with mostly rejected records is doubtful, with the most common reason", () => {
  const doubtful = preview(TOO_LONG, NO_NUMBER, NO_NUMBER);
  expect(assessPreview(doubtful, NO_OPTIONS, true)).toBe("doubtful");
  expect(describeRejects(doubtful)).toBe(
    "None of the first 3 records can be imported: The price isn't a number.",
  );
  expect(describeRejects(preview(NO_NUMBER, NO_NUMBER, null))).toBe(
    "2 of the first 3 records can't be imported. Most common reason: The price isn't a number.",
  );
});

test("a file with only a header is empty, unless the preview is partial", () => {
  expect(assessPreview(preview(), NO_OPTIONS, true)).toBe("empty");
  expect(assessPreview(preview(), NO_OPTIONS, false)).toBe("ready");
});

test.each([
  ["not_csv", "invalid"],
  ["preview_unavailable", "ready"],
  ["header_incomplete", "incomplete"],
])("a file with %s is %s", (code, readiness) => {
  expect(assessPreview({ ...preview(), error: { code, message: "…" } }, NO_OPTIONS, true)).toBe(
    readiness,
  );
});

test("missing numbers are described", () => {
  const doubtful = preview(null);
  const absent = "No quantity column: new products default to 0; existing ones keep theirs.";
  expect(describeMissingNumbers(doubtful, NO_OPTIONS)).toEqual([absent]);
  const records = [{ line: 2, cells: ["A", "Lamp", " "], reject: null, skip: null, product: null }];
  expect(describeMissingNumbers({ ...doubtful, records }, NO_OPTIONS)).toEqual([
    absent,
    "Blank price: set to 0. Change this under More options.",
  ]);
  const blank = { ...NO_OPTIONS.blank, price: "keep" as const };
  expect(describeMissingNumbers({ ...doubtful, records }, { ...NO_OPTIONS, blank })[1]).toContain(
    "keep",
  );
});
