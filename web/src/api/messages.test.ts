import { expect, test } from "vitest";
import { messageFor } from "./messages";

test("advice about an API option is replaced by advice for the page", () => {
  const message =
    "The header has no column for sku; it has 'Nr.', 'Title'. Rename a column or set" +
    " options.mapping.";
  expect(messageFor({ code: "header_incomplete", message })).toBe(
    "The header has no column for sku; it has 'Nr.', 'Title'. Rename the columns in the file, or" +
      " assign a field to each of them.",
  );
});

test.each([
  [
    "header_not_utf8",
    "The header is not valid UTF-8. Save the file as UTF-8, or set options.encoding to utf-16," +
      " latin-1 or cp1252.",
  ],
  ["mapping_unknown_column", "options.mapping names the column 'A', but the header has 'B'."],
  ["key_shown_once", "The first request with this Idempotency-Key made key_1. Revoke it."],
  ["report_not_ready", "The report isn't ready yet. Request application/json until then."],
])("the message for %s has no advice for programs", (code, message) => {
  expect(messageFor({ code, message })).not.toMatch(/options\.|Idempotency-Key|application\/json/);
});

test.each([
  ["Set options.decimal_mark.", 'Set "Decimal mark".'],
  ["Set options.mode to update, or map it.", 'Set "Mode" to update, or map it.'],
  ["Use options.sku_from.", 'Use "SKU from columns".'],
])("options are named as in the form: %s", (message, text) => {
  expect(messageFor({ code: "price_ambiguous", message })).toBe(text);
});

test("any other message is unchanged", () => {
  const message = "The price is below 0.";
  expect(messageFor({ code: "price_negative", message })).toBe(message);
});
