/**
 * The product fields, in the order in which the page shows them.
 *
 * The form, the list, the filters and the import options derive from this table. `fields.json` is
 * generated from the API's own table.
 */

import type { Schema } from "../api/client";
import table from "./fields.json";

export type FieldName = Exclude<keyof Schema["WriteProduct"], "attributes">;
export type BlankPolicy = "default" | "keep" | "clear";

export interface ProductField {
  name: FieldName;
  kind: "text" | "long_text" | "decimal" | "integer" | "boolean";
  label: string;
  required: boolean;
  /** Whether a blank value in the form means null. */
  nullable: boolean;
  max_length: number | null;
  /** What a blank cell of an import may do; empty if the field is required. */
  blank: BlankPolicy[];
  /** The default value of an import. */
  default: string | number | boolean | null;
  in_list: boolean;
  filter: "exact" | "prefix" | "range" | "boolean" | null;
}

export const FIELDS = table as ProductField[];
export const LIST_FIELDS = FIELDS.filter((field) => field.in_list);

/** The words for the values of flags that have their own. */
const FLAGS: Partial<Record<FieldName, [yes: string, no: string]>> = {
  active: ["Active", "Inactive"],
};

export function findField(name: string): ProductField | undefined {
  return FIELDS.find((field) => field.name === name);
}

export function isNumeric({ kind }: ProductField): boolean {
  return kind === "decimal" || kind === "integer";
}

/** Return the words for a flag's value: "Active", or "Featured: yes". */
export function describeFlag({ name, label }: ProductField, isSet: boolean): string {
  const [yes, no] = FLAGS[name] ?? [`${label}: yes`, `${label}: no`];
  return isSet ? yes : no;
}

/** Return a value of the API as the text in a form. */
export function toText(value: string | number | boolean | null): string {
  return value === null ? "" : String(value);
}

/** Return the text in a form as a value for the API. */
export function toApiValue(field: ProductField, text: string): string | number | boolean | null {
  if (field.kind === "boolean") return text === "true";
  if (field.nullable && !text.trim()) return null;
  if (field.kind === "integer") return Number(text);
  return field.kind === "decimal" ? text.trim() : text;
}
