import { expect, test } from "vitest";
import { NO_OPTIONS, OPTIONS } from "../options";
import { describeState, summarizeReading } from "./detection";
import type { Preview } from "./preview";
import { PREVIEW } from "./previewSample";

const upload = (name: string) => ({ file: new File([""], name), options: NO_OPTIONS });

function stateOf(option: string, name: string, preview: Partial<Preview>) {
  const found = OPTIONS.find((one) => one.name === option);
  if (!found) throw new Error(option);
  return describeState(found, upload(name), { ...PREVIEW, ...preview }, null);
}

test("the sheets of a workbook are a choice that is always visible", () => {
  const preview = { sheets: ["First", "Spring"], sheet: "First" };
  expect(stateOf("sheet", "a.xlsx", preview)).toMatchObject({
    choices: preview.sheets,
    isMain: true,
    emptyLabel: "Detected: First",
  });
  expect(summarizeReading(NO_OPTIONS, { ...PREVIEW, ...preview })).not.toContain("First");
});

test("the files of an archive are shown even if its name doesn't say that it is one", () => {
  const state = stateOf("member", "export", { members: ["a.csv", "b.csv"] });
  expect(state).toMatchObject({ isMain: true, isHidden: false, emptyLabel: "Choose a file" });
});

test("a single sheet needs no choice", () => {
  const preview = { sheets: ["First"], sheet: "First" };
  expect(stateOf("sheet", "a.xlsx", preview).isMain).toBe(false);
  expect(summarizeReading(NO_OPTIONS, { ...PREVIEW, ...preview })).toContain("sheet First");
});

test("names are typed if there may be more than the preview lists", () => {
  const members = Array.from({ length: 100 }, (_, n) => `${n}.csv`);
  expect(stateOf("member", "a.zip", { members })).toMatchObject({ isMain: false, isHidden: false });
  expect(stateOf("member", "a.zip", { members }).choices).toBeUndefined();
});

test("options of archives and workbooks are hidden for other files", () => {
  expect(stateOf("sheet", "a.csv", {}).isHidden).toBe(true);
});
