import { expect, test } from "vitest";
import type { Schema } from "../../api/client";
import {
  changeCell,
  cutReject,
  describeUnready,
  type FileForm,
  isMended,
  nameMended,
  readForm,
  writeMended,
} from "./mend";

const FORM: FileForm = {
  header: ["SKU", "Title", "Regular price"],
  uses: ["sku", "name", "price"],
  delimiter: ",",
};

function reject(record: string, more: Partial<Schema["Reject"]> = {}): Schema["Reject"] {
  const reason = { code: "price_negative", field: "price", message: "The price is below 0." };
  return { line: 4, record, truncated: false, ...reason, ...more };
}

function cut(record: string, more: Partial<Schema["Reject"]> = {}) {
  const found = cutReject(reject(record, more), FORM);
  if (!found) throw new Error("It is not mendable.");
  return found;
}

test("a record is cut into the file's columns, its fault at the cell", () => {
  expect(cut("LAMP-3,Desk lamp,-4.20")).toEqual({
    line: 4,
    message: "The price is below 0.",
    faultAt: 2,
    faultText: "-4.20",
    cells: ["LAMP-3", "Desk lamp", "-4.20"],
    isChanged: false,
  });
});

test("a fault may be named by the column, or be the record's as a whole", () => {
  expect(cut("a,b,c", { field: "Title" }).faultAt).toBe(1);
  expect(cut("a,b,c", { field: null }).faultAt).toBeUndefined();
});

test("cells that are missing are there to be filled in", () => {
  expect(cut("a total line,42", { field: null }).cells).toEqual(["a total line", "42", ""]);
});

test("cells that are too many have to be emptied", () => {
  const record = changeCell(cut("one,two,3.00,four", { field: null }), 0, "A-1");
  expect(isMended(record, FORM)).toBe(false);
  expect(isMended(changeCell(record, 3, ""), FORM)).toBe(true);
});

test("a record that was changed elsewhere than where it is wrong is not mended", () => {
  const record = changeCell(cut("LAMP-3,Desk lamp,-4.20"), 1, "Desk lamp, tall");
  expect(isMended(record, FORM)).toBe(false);
  expect(describeUnready([record], FORM)).toEqual(["1 record changed, but not where it is wrong."]);
  expect(isMended(changeCell(record, 2, "4.20"), FORM)).toBe(true);
  expect(isMended(changeCell(record, 2, "-4.20"), FORM)).toBe(false);
});

test("NUL bytes in the cell at fault are its fault", () => {
  expect(isMended(cut("A-1,Lamp,1\0.00"), FORM)).toBe(true);
});

test("NUL bytes are taken out", () => {
  const record = cut("A-1,torn \0 name,1.00", { field: null });
  expect(record.cells[1]).toBe("torn  name");
  expect(isMended(record, FORM)).toBe(true);
});

test("what was not kept as a whole cannot be mended", () => {
  expect(cutReject(reject("A-1,…", { truncated: true }), FORM)).toBeUndefined();
});

test("only what was changed is made a file of, under the header", async () => {
  const records = [
    changeCell(cut("LAMP-3,Desk lamp,-4.20"), 2, "4.20"),
    cut("LAMP-4,Lamp,-1"),
    changeCell(changeCell(cut("LAMP-5,Lamp,-1"), 1, 'Lamp, "tall"'), 2, "1"),
  ];
  const file = writeMended(records, FORM, "spring.csv");
  expect(file.name).toBe("spring-mended.csv");
  expect(await file.text()).toBe(
    'SKU,Title,Regular price\r\nLAMP-3,Desk lamp,4.20\r\nLAMP-5,"Lamp, ""tall""",1\r\n',
  );
});

test.each([
  ["spring.csv", "spring-mended.csv"],
  ["spring-mended.csv", "spring-mended.csv"],
  ["my.old.spring.txt", "my.old.spring-mended.txt"],
  ["spring", "spring-mended"],
])("the file mended from %s is %s", (filename, mended) => {
  expect(nameMended(filename)).toBe(mended);
});

test("a file whose header is not known as a whole cannot be mended", () => {
  const detected = { encoding: "utf-8", delimiter: ",", columns: { a: "sku" }, header: null };
  expect(readForm({ detected })).toBeUndefined();
  expect(readForm({ detected: null })).toBeUndefined();
});

test("columns are in the file's order, whatever their names", () => {
  const columns = { "2024": "attributes", SKU: "sku", Title: "name" };
  const header = ["SKU", "Title", "2024"];
  const form = readForm({ detected: { encoding: "utf-8", delimiter: ",", columns, header } });
  expect(form?.uses).toEqual(["sku", "name", "attributes"]);
});
