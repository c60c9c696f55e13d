import { expect, test } from "vitest";
import { wordsOf } from "./words";

test("what names an option of the API is said in words of the page", () => {
  const message =
    "The header has no column for sku; it has 'Nr.', 'Title'. Rename a column or say which one it" +
    " is in options.mapping.";
  expect(wordsOf({ code: "header_incomplete", message })).toBe(
    "The header has no column for sku; it has 'Nr.', 'Title'. Name the columns in the file, or" +
      " choose what each of them becomes.",
  );
});

test.each([
  [
    "header_not_utf8",
    "The header is not valid UTF-8. Save the file as UTF-8, or declare its encoding in" +
      " options.encoding (utf-16, latin-1 or cp1252).",
  ],
  ["mapping_unknown_column", "options.mapping names the column 'A', but the header has 'B'."],
  ["key_shown_once", "The first request with this Idempotency-Key made key_1. Revoke it."],
  ["report_not_ready", "It is not there yet. Until then ask for application/json."],
])("of %s nothing is left that only a program could do", (code, message) => {
  expect(wordsOf({ code, message })).not.toMatch(/options\.|Idempotency-Key|application\/json/);
});

test("any other message stays as it is", () => {
  const message = "The price is below 0.";
  expect(wordsOf({ code: "price_negative", message })).toBe(message);
});
