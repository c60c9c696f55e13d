import { expect, test } from "vitest";
import { chooseType, describeEvents, includesType } from "./events";

test("all job events don't include product events", () => {
  expect(includesType(["*"], "import.failed")).toBe(true);
  expect(includesType(["*"], "product.updated")).toBe(false);
  expect(includesType(["*", "product.updated"], "product.updated")).toBe(true);
  expect(includesType(["import.failed"], "import.completed")).toBe(false);
});

test("all job events replace the single job events", () => {
  const chosen = chooseType(["import.failed", "product.created"], "*", true);
  expect(chosen).toEqual(["*", "product.created"]);
  expect(chooseType(chosen, "*", false)).toEqual(["product.created"]);
});

test("a type is added and removed once", () => {
  expect(chooseType(["import.failed"], "import.failed", true)).toEqual(["import.failed"]);
  expect(chooseType(["import.failed"], "import.failed", false)).toEqual([]);
});

test("unknown types are shown by their names", () => {
  expect(describeEvents(["*", "export.completed"])).toBe("All job events, export.completed");
});
