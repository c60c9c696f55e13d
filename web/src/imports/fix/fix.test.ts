import { expect, test } from "vitest";
import type { Schema } from "../../api/client";
import {
  changeCell,
  describeUnfixed,
  type FileFormat,
  findFileFormat,
  findGroupRows,
  fixedFilename,
  isFixed,
  parseReject,
  writeFixedFile,
} from "./fix";

const FORMAT: FileFormat = {
  header: ["SKU", "Title", "Regular price"],
  fields: ["sku", "name", "price"],
  delimiter: ",",
};

function reject(record: string, more: Partial<Schema["Reject"]> = {}): Schema["Reject"] {
  const reason = { code: "price_negative", field: "price", message: "The price is below 0." };
  const group = { group_line: null, group_record: null };
  return { line: 4, record, truncated: false, ...group, ...reason, ...more };
}

function parse(record: string, more: Partial<Schema["Reject"]> = {}) {
  const found = parseReject(reject(record, more), FORMAT);
  if (!found) throw new Error("The record can't be parsed.");
  return found;
}

test("a record is parsed into cells, with the error at its cell", () => {
  expect(parse("LAMP-3,Desk lamp,-4.20")).toEqual({
    line: 4,
    groupLine: null,
    message: "The price is below 0.",
    errorColumn: 2,
    originalText: "-4.20",
    cells: ["LAMP-3", "Desk lamp", "-4.20"],
    isChanged: false,
  });
});

test("an error may name the column, or concern the whole record", () => {
  expect(parse("a,b,c", { field: "Title" }).errorColumn).toBe(1);
  expect(parse("a,b,c", { field: null }).errorColumn).toBeUndefined();
});

test("missing cells are added", () => {
  expect(parse("a total line,42", { field: null }).cells).toEqual(["a total line", "42", ""]);
});

test("extra cells must be emptied", () => {
  const record = changeCell(parse("one,two,3.00,four", { field: null }), 0, "A-1");
  expect(isFixed(record, FORMAT)).toBe(false);
  expect(isFixed(changeCell(record, 3, ""), FORMAT)).toBe(true);
});

test("a record is fixed only when its invalid cell changes", () => {
  const record = changeCell(parse("LAMP-3,Desk lamp,-4.20"), 1, "Desk lamp, tall");
  expect(isFixed(record, FORMAT)).toBe(false);
  expect(describeUnfixed([record], FORMAT)).toEqual([
    "1 record changed, but not the invalid cell.",
  ]);
  expect(isFixed(changeCell(record, 2, "4.20"), FORMAT)).toBe(true);
  expect(isFixed(changeCell(record, 2, "-4.20"), FORMAT)).toBe(false);
});

test("removing NUL bytes from the invalid cell fixes it", () => {
  expect(isFixed(parse("A-1,Lamp,1\0.00"), FORMAT)).toBe(true);
});

test("NUL bytes are removed", () => {
  const record = parse("A-1,torn \0 name,1.00", { field: null });
  expect(record.cells[1]).toBe("torn  name");
  expect(isFixed(record, FORMAT)).toBe(true);
});

test("a truncated record can't be fixed", () => {
  expect(parseReject(reject("A-1,…", { truncated: true }), FORMAT)).toBeUndefined();
});

test("the file has only fixed records, below the header", async () => {
  const records = [
    changeCell(parse("LAMP-3,Desk lamp,-4.20"), 2, "4.20"),
    parse("LAMP-4,Lamp,-1"),
    changeCell(changeCell(parse("LAMP-5,Lamp,-1"), 1, 'Lamp, "tall"'), 2, "1"),
  ];
  const file = writeFixedFile(records, FORMAT, "spring.csv");
  expect(file.name).toBe("spring-fixed.csv");
  expect(await file.text()).toBe(
    "_line,_code,_message,SKU,Title,Regular price\r\n" +
      '4,,,LAMP-3,Desk lamp,4.20\r\n4,,,LAMP-5,"Lamp, ""tall""",1\r\n',
  );
});

test("the row that begins a group is written once, above the rows that need it", async () => {
  const rejects = [
    reject(",,-1", { line: 5, group_line: 3, group_record: "TEE,Tee,1" }),
    reject(",,-2", { line: 6, group_line: 3 }),
  ];
  const records = rejects.flatMap((one) => parseReject(one, FORMAT) ?? []);
  const fixed = records.map((record) => changeCell(record, 2, "1"));
  const file = writeFixedFile(fixed, FORMAT, "spring.csv", findGroupRows(rejects));
  expect(await file.text()).toBe(
    "_line,_code,_message,SKU,Title,Regular price\r\n" +
      "3,group_row,,TEE,Tee,1\r\n5,,,,,1\r\n6,,,,,1\r\n",
  );
});

test.each([
  ["spring.csv", "spring-fixed.csv"],
  ["spring-fixed.csv", "spring-fixed.csv"],
  ["my.old.spring.txt", "my.old.spring-fixed.txt"],
  ["spring", "spring-fixed"],
])("the fixed file of %s is %s", (filename, expected) => {
  expect(fixedFilename(filename)).toBe(expected);
});

test("a file without a complete header has no known format", () => {
  const detected = { encoding: "utf-8", delimiter: ",", columns: { a: "sku" }, header: null };
  expect(findFileFormat({ detected })).toBeUndefined();
  expect(findFileFormat({ detected: null })).toBeUndefined();
});

test("columns keep the file's order", () => {
  const columns = { "2024": "attributes", SKU: "sku", Title: "name" };
  const header = ["SKU", "Title", "2024"];
  const format = findFileFormat({
    detected: { encoding: "utf-8", delimiter: ",", columns, header },
  });
  expect(format?.fields).toEqual(["sku", "name", "attributes"]);
});
