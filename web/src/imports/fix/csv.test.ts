import { expect, test } from "vitest";
import { parseRecord, writeRecord } from "./csv";

test.each([
  ["A-1,Lamp,24.90", ["A-1", "Lamp", "24.90"]],
  ['A-1,"Lamp, tall",', ["A-1", "Lamp, tall", ""]],
  ['"A ""new"" lamp",1', ['A "new" lamp', "1"]],
  ['"two\nlines",1\r\n', ["two\nlines", "1"]],
  ['3" pipe,1', ['3" pipe', "1"]],
  ['"quoted"and more,1', ["quotedand more", "1"]],
  ['a,"never closed, 1', ["a", "never closed, 1"]],
  ['"a""",""', ['a"', ""]],
  ["", [""]],
])("%j is parsed into %j", (record, cells) => {
  expect(parseRecord(record, ",")).toEqual(cells);
});

test.each([";", "\t", "|"])("the delimiter %j is supported", (delimiter) => {
  expect(parseRecord(`a${delimiter}b,c`, delimiter)).toEqual(["a", "b,c"]);
});

test.each([
  [["A-1", "Lamp, tall", 'a "new" one', "two\r\nlines", "", " spaced "]],
  [[""]],
  [["", ""]],
  [['"']],
])("%j survives writing and parsing", (cells) => {
  for (const delimiter of [",", ";", "\t", "|"]) {
    expect(parseRecord(writeRecord(cells, delimiter), delimiter)).toEqual(cells);
  }
});
