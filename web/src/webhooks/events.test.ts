import { expect, test } from "vitest";
import { choose, covers, nameChosen } from "./events";

test("who chose all hears of single edits only by name", () => {
  expect(covers(["*"], "import.failed")).toBe(true);
  expect(covers(["*"], "product.updated")).toBe(false);
  expect(covers(["*", "product.updated"], "product.updated")).toBe(true);
  expect(covers(["import.failed"], "import.completed")).toBe(false);
});

test("what all covers is not named beside it", () => {
  const chosen = choose(["import.failed", "product.created"], "*", true);
  expect(chosen).toEqual(["*", "product.created"]);
  expect(choose(chosen, "*", false)).toEqual(["product.created"]);
});

test("a type is chosen once", () => {
  expect(choose(["import.failed"], "import.failed", true)).toEqual(["import.failed"]);
  expect(choose(["import.failed"], "import.failed", false)).toEqual([]);
});

test("types this page does not know are named as they are", () => {
  expect(nameChosen(["*", "export.completed"])).toBe(
    "every end of an import or a bulk delete, export.completed",
  );
});
