/** The values of a product's form while it is edited, and the errors found before it is sent. */

import { FIELDS, type FieldName, toText } from "./fields";
import { attributeKey, attributeName, type Values } from "./values";

export interface AttributeRow {
  /** Identifies the row while its name is edited. */
  key: number;
  name: string;
  text: string;
}

export interface Draft {
  /** The text of each field, by name. */
  texts: Record<string, string>;
  attributes: AttributeRow[];
}

/** The initial values that aren't an import's defaults: a price is entered, never assumed. */
const INITIAL: Partial<Record<FieldName, string>> = { price: "" };

export const NEW_PRODUCT: Values = Object.fromEntries(
  FIELDS.map((field) => [field.name, INITIAL[field.name] ?? toText(field.default)]),
);

export function draftOf(values: Values): Draft {
  const attributes = Object.entries(values).flatMap(([key, text]) => {
    const name = attributeName(key);
    return name === undefined ? [] : [{ name, text }];
  });
  return {
    texts: Object.fromEntries(FIELDS.map(({ name }) => [name, values[name] ?? ""])),
    attributes: attributes.map((attribute, key) => ({ key, ...attribute })),
  };
}

/** Return the draft's values, without attributes that have no name or no text. */
export function readDraft({ texts, attributes }: Draft): Values {
  const values: Values = { ...texts };
  for (const { name, text } of attributes) {
    if (name.trim() && text.trim()) values[attributeKey(name.trim())] = text;
  }
  return values;
}

export function isSameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Return the errors of values that can't be sent, by field. The API validates everything else. */
export function findDraftErrors(draft: Draft): Record<string, string> {
  return { ...findFieldErrors(draft), ...findAttributeErrors(draft) };
}

function findFieldErrors({ texts }: Draft): Record<string, string> {
  const invalid = FIELDS.filter(
    ({ kind, name }) => kind === "integer" && !/^\s*(-?\d+)?\s*$/.test(texts[name] ?? ""),
  );
  return Object.fromEntries(invalid.map(({ name }) => [name, "Enter a whole number, such as 12."]));
}

function findAttributeErrors({ attributes }: Draft): Record<string, string> {
  const errors: Record<string, string> = {};
  const names = new Set<string>();
  for (const { key, name, text } of attributes) {
    const trimmed = name.trim();
    if (!trimmed && text.trim())
      errors[rowErrorKey(key)] = "Enter a name, or remove the attribute.";
    if (trimmed && names.has(trimmed)) errors[rowErrorKey(key)] = "Duplicate attribute name.";
    names.add(trimmed);
  }
  return errors;
}

/** Return the key of an attribute row's error. */
export function rowErrorKey(key: number): string {
  return `row ${key}`;
}

export function addRow(rows: AttributeRow[]): AttributeRow[] {
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return [...rows, { key, name: "", text: "" }];
}
