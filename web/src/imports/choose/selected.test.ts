import { expect, test } from "vitest";
import { CHOSEN } from "../upload/machine";
import { findSelected } from "./selected";

const SENT = { ...CHOSEN, status: "sending" as const };

function select(ids: string[], picked?: string, ...dismissed: string[]) {
  const uploads = ids.map((id) => ({ id, state: CHOSEN }));
  return findSelected(uploads, { picked, dismissed: new Set(dismissed) })?.id;
}

test("the first file is selected until another one is picked", () => {
  expect(select(["first", "second"])).toBe("first");
  expect(select(["first", "second"], "second")).toBe("second");
});

test("no file replaces one that was started", () => {
  const uploads = [
    { id: "first", state: SENT },
    { id: "second", state: CHOSEN },
  ];
  const dismissed = new Set(["first", "second"]);
  expect(findSelected(uploads, { picked: undefined, dismissed })).toBeUndefined();
  expect(findSelected(uploads, { picked: "second", dismissed })?.id).toBe("second");
});

test("a file added later is selected", () => {
  expect(select(["second", "third"], undefined, "first", "second")).toBe("third");
});
