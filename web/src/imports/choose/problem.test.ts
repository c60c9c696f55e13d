import { expect, test } from "vitest";
import type { Preview } from "./preview";
import { findProblem, hasStrangeLetters } from "./problem";

const PREVIEW: Preview = {
  encoding: "utf-8",
  delimiter: ",",
  columns: [
    { header: "Nr", field: "attributes" },
    { header: "Title", field: "name" },
  ],
  records: [],
  error: null,
};

test("a file that can be imported has no problem", () => {
  expect(findProblem(PREVIEW)).toBeNull();
});

test("what is missing in the header is asked for at the columns", () => {
  const error = { code: "header_incomplete", message: "…" };
  expect(findProblem({ ...PREVIEW, error })).toEqual({
    place: "columns",
    text: "Choose which column is the SKU.",
  });
  expect(findProblem({ ...PREVIEW, columns: [], error })?.text).toBe(
    "Choose which column is the SKU and which is the name.",
  );
});

test.each([
  ["encoding_unsupported", "encoding"],
  ["not_csv", "file"],
])("%s is shown at the %s", (code, place) => {
  const error = { code, message: "In the API's words." };
  expect(findProblem({ ...PREVIEW, error })).toEqual({ place, text: "In the API's words." });
});

test("what names an option of the API is said in words of the page", () => {
  const message = "The header is not valid UTF-8. Declare its encoding in options.encoding.";
  expect(findProblem({ ...PREVIEW, error: { code: "header_not_utf8", message } })).toEqual({
    place: "encoding",
    text: "The header is not valid UTF-8. Save the file as UTF-8, or choose another encoding for it.",
  });
});

test("letters that cannot be read raise a doubt about the encoding", () => {
  const strange = { line: 2, cells: ["A-1", "St\ufffdhle"], reject: null };
  expect(hasStrangeLetters({ ...PREVIEW, records: [strange] })).toBe(true);
  expect(hasStrangeLetters({ ...PREVIEW, records: [{ ...strange, cells: ["A-1"] }] })).toBe(false);
});
