import { expect, test } from "vitest";
import { columnOf, describeColumn, NO_CHANGES, setColumn } from "./columnOptions";
import { NO_OPTIONS } from "./options";

test("a column without changes isn't in the options", () => {
  const changed = setColumn(NO_OPTIONS, "Preis", { ...NO_CHANGES, multiply: "1.19" });
  expect(columnOf(changed, "Preis").multiply).toBe("1.19");
  expect(setColumn(changed, "Preis", NO_CHANGES).columns).toEqual({});
});

test("the changes of a column are described in their order", () => {
  const column = {
    ...NO_CHANGES,
    values: { ja: "yes" },
    replace: [{ find: "/", with: "-" }],
    case: "upper" as const,
    prefix: "A-",
    default: "none",
  };
  expect(describeColumn(column)).toEqual([
    '"ja" becomes "yes"',
    'replace "/" by "-"',
    "upper case",
    'add prefix "A-"',
    '"none" if blank',
  ]);
});
