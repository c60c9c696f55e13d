import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FIELDS, findField, toApiValue } from "./fields";

interface ObjectSchema {
  properties: Record<string, { maxLength?: number; anyOf?: { enum?: string[] }[] }>;
  required?: string[];
}

const document = JSON.parse(readFileSync("../docs/openapi.json", "utf-8"));
const schemas: Record<string, ObjectSchema> = document.components.schemas;
const { WriteProduct, BlankOptions } = schemas;

test("the table has the fields of the API, in its order", () => {
  const names = Object.keys(WriteProduct?.properties ?? {});
  expect(FIELDS.map(({ name }) => name)).toEqual(names.filter((name) => name !== "attributes"));
});

test("the table agrees with the API on required fields and lengths", () => {
  const required = FIELDS.filter((field) => field.required);
  expect(required.map(({ name }) => name)).toEqual(WriteProduct?.required);
  for (const { name, max_length } of FIELDS) {
    expect(WriteProduct?.properties[name]?.maxLength ?? null).toBe(max_length);
  }
});

test("the table agrees with the API on what blank cells may do", () => {
  const policies = Object.entries(BlankOptions?.properties ?? {}).map(([name, { anyOf }]) => [
    name,
    anyOf?.flatMap((choice) => choice.enum ?? []),
  ]);
  const expected = FIELDS.flatMap(({ name, blank }) => (blank.length ? [[name, blank]] : []));
  expect(policies).toEqual(expected);
});

test.each([
  ["name", " Lamp ", " Lamp "],
  ["description", "", ""],
  ["price", " 1.50 ", "1.50"],
  ["price", " ", null],
  ["quantity", "12", 12],
  ["quantity", "", null],
  ["active", "true", true],
  ["active", "false", false],
])("the %s %j becomes %j in the API", (name, text, expected) => {
  const field = findField(name);
  expect(field && toApiValue(field, text)).toBe(expected);
});
