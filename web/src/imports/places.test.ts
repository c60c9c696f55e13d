import { expect, test } from "vitest";
import { describePlaces } from "./places";

test.each([
  [[], [], ""],
  [["Preis"], [], "Column: Preis"],
  [["Preis", "UVP"], [3], "Columns: Preis, UVP · Line: 3"],
  [[], [3, 1200], "Lines: 3, 1200"],
])("columns %j and lines %j are described as %j", (columns, lines, text) => {
  expect(describePlaces({ columns, lines })).toBe(text);
});
