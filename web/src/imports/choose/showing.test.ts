import { expect, test } from "vitest";
import { CHOSEN } from "../upload/machine";
import { findShown } from "./showing";

const SENT = { ...CHOSEN, at: "sending" as const };

function show(ids: string[], wanted?: string, ...passed: string[]) {
  const uploads = ids.map((id) => ({ id, state: CHOSEN }));
  return findShown(uploads, { wanted, passed: new Set(passed) })?.id;
}

test("the first file is looked at until another one is picked", () => {
  expect(show(["first", "second"])).toBe("first");
  expect(show(["first", "second"], "second")).toBe("second");
});

test("no file takes the place of one that was started", () => {
  const uploads = [
    { id: "first", state: SENT },
    { id: "second", state: CHOSEN },
  ];
  const passed = new Set(["first", "second"]);
  expect(findShown(uploads, { wanted: undefined, passed })).toBeUndefined();
  expect(findShown(uploads, { wanted: "second", passed })?.id).toBe("second");
});

test("a file that comes later is looked at", () => {
  expect(show(["second", "third"], undefined, "first", "second")).toBe("third");
});
