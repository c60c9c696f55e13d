import { expect, test } from "vitest";
import { NO_OPTIONS } from "../options";
import type { Preview } from "./preview";
import { PREVIEW as SAMPLE } from "./previewSample";
import { findProblem as find, hasUndecodedText } from "./problem";

const findProblem = (preview: Preview) => find(preview, NO_OPTIONS);

const PREVIEW: Preview = {
  ...SAMPLE,
  columns: [
    { header: "Nr", field: "attributes" },
    { header: "Title", field: "name" },
  ],
};

test("a file that can be imported has no problem", () => {
  expect(findProblem(PREVIEW)).toBeNull();
});

test("a missing column is a problem of the columns", () => {
  const error = { code: "header_incomplete", message: "…" };
  expect(findProblem({ ...PREVIEW, error })).toEqual({
    place: "columns",
    text: "Choose a column for SKU.",
  });
  expect(findProblem({ ...PREVIEW, columns: [], error })?.text).toBe(
    "Choose a column for SKU and name.",
  );
});

test("an archive with several files needs a choice", () => {
  const error = { code: "archive_has_several_files", message: "From the API." };
  const members = ["a.csv", "b.csv"];
  expect(findProblem({ ...PREVIEW, columns: [], members, error })).toEqual({
    place: "member",
    text: "Choose the file to import.",
  });
});

test.each([["not_csv", "file"]])("%s is shown at the %s", (code, place) => {
  const error = { code, message: "From the API." };
  expect(findProblem({ ...PREVIEW, error })).toEqual({ place, text: "From the API." });
});

test("advice about an API option is replaced by advice for the page", () => {
  const message = "The header is not valid UTF-8. Set options.encoding.";
  expect(findProblem({ ...PREVIEW, error: { code: "header_not_utf8", message } })).toEqual({
    place: "encoding",
    text: "The header is not valid UTF-8. Save the file as UTF-8, or choose another encoding.",
  });
});

test("undecoded characters are detected", () => {
  const strange = {
    line: 2,
    cells: ["A-1", "St\ufffdhle"],
    reject: null,
    skip: null,
    product: null,
  };
  expect(hasUndecodedText({ ...PREVIEW, records: [strange] })).toBe(true);
  expect(hasUndecodedText({ ...PREVIEW, records: [{ ...strange, cells: ["A-1"] }] })).toBe(false);
});
