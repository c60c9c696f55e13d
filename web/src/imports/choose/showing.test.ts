import { expect, test } from "vitest";
import { CHOSEN } from "../upload/machine";
import { findShown } from "./showing";

const SENT = { ...CHOSEN, at: "sending" as const };
const [FIRST, SECOND, THIRD] = ["first", "second", "third"].map((id) => ({ id, state: CHOSEN }));

function show(uploads: unknown[], wanted?: string, ...passed: string[]) {
  const there = [FIRST, SECOND, THIRD].flatMap((one) => (one && uploads.includes(one) ? one : []));
  return findShown(there, { wanted, passed: new Set(passed) })?.id;
}

test("the first file is looked at until another one is picked", () => {
  expect(show([FIRST, SECOND])).toBe("first");
  expect(show([FIRST, SECOND], "second")).toBe("second");
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
  expect(show([SECOND, THIRD], undefined, "first", "second")).toBe("third");
});
