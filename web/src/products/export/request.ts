/** The form of an export as the body of its request. */

import type { Schema } from "../../api/client";
import { FIELDS } from "../fields";
import { type Filters, toApiFilter } from "../filters";

export type ExportBody = Schema["ExportRequest"];
export type Format = NonNullable<ExportBody["format"]>;
export type Layout = NonNullable<ExportBody["layout"]>;

/** What the reader has chosen. */
export interface ExportDraft {
  /** Null for all products. */
  filters: Filters | null;
  /** A local time, such as "2026-11-30T09:00"; empty for products of any age. */
  changedSince: string;
  format: Format;
  layout: Layout;
  /** Null for all fields. */
  fields: string[] | null;
  /** Names of attributes, one in each line, if the fields have attributes; blank for all. */
  attributes: string;
  escapesFormulas: boolean;
}

/** `Record` lists every format of the API, otherwise it doesn't compile. */
const FORMAT_NAMES: Record<Format, string> = {
  csv: "CSV",
  "csv.gz": "CSV, compressed (gzip)",
  xlsx: "Excel workbook",
  jsonl: "JSON Lines",
};
export const FORMATS = Object.entries(FORMAT_NAMES) as [Format, string][];

const LAYOUT_NAMES: Record<Layout, string> = {
  product_importer: "All product fields",
  shopify: "Shopify",
  woocommerce: "WooCommerce",
};
export const LAYOUTS = Object.entries(LAYOUT_NAMES) as [Layout, string][];

const ATTRIBUTES = "attributes";
const ATTRIBUTE_NAME_MAX_LENGTH = 255;
/** What the API trims around names. */
const WHITE_SPACE_AROUND = /^[ \t\r\v\f\u00a0]+|[ \t\r\v\f\u00a0]+$/g;

const TABLE_FIELDS: [string, string][] = [
  ...FIELDS.map(({ name, label }): [string, string] => [name, label]),
  [ATTRIBUTES, "Attributes"],
];
const OTHER_FIELDS: [string, string][] = [
  ["id", "Product ID"],
  ["source", "Last import"],
  ["created_at", "Created"],
  ["updated_at", "Updated"],
];

/** Return the fields that a format can have, with their labels, in the order of the file. */
export function listFields(format: Format): [string, string][] {
  return format === "jsonl" ? [...TABLE_FIELDS, ...OTHER_FIELDS] : TABLE_FIELDS;
}

/** Describe the columns of an export as its job stores them: "Shopify", "SKU, Price". */
export function describeColumns({ layout, fields }: Record<string, unknown>): string {
  if (!Array.isArray(fields)) {
    return LAYOUTS.find(([name]) => name === layout)?.[1] ?? LAYOUT_NAMES.product_importer;
  }
  const labels = new Map([...TABLE_FIELDS, ...OTHER_FIELDS]);
  const prefix = `${ATTRIBUTES}.`;
  const label = (name: string) =>
    labels.get(name) ?? (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return fields.map((name) => label(String(name))).join(", ");
}

/** Whether a format is a table, which has a layout. */
export function hasLayouts(format: Format): boolean {
  return format !== "jsonl";
}

/** Return the layout of the file. */
export function layoutOf({ format, layout }: Pick<ExportDraft, "format" | "layout">): Layout {
  return hasLayouts(format) ? layout : "product_importer";
}

/** Whether the fields can be chosen: the layouts of shops have their own columns. */
export function hasFields(draft: Pick<ExportDraft, "format" | "layout">): boolean {
  return layoutOf(draft) === "product_importer";
}

/** Whether spreadsheets would run formulas in a file of this format. */
export function hasFormulas(format: Format): boolean {
  return format === "csv" || format === "csv.gz";
}

/** Whether the names of attributes can be given. */
export function hasAttributes(draft: ExportDraft): boolean {
  return hasFields(draft) && (draft.fields?.includes(ATTRIBUTES) ?? false);
}

/** Return what is wrong with the names of attributes, by the rules of the API. */
export function attributesProblem(draft: ExportDraft): string | undefined {
  const isLong = (name: string) => [...name].length > ATTRIBUTE_NAME_MAX_LENGTH;
  if (!hasAttributes(draft) || !readAttributes(draft.attributes).some(isLong)) return undefined;
  return `A name has more than ${ATTRIBUTE_NAME_MAX_LENGTH} characters. Shorten it.`;
}

/** Return the fields that the file will have; null for all. */
export function chosenFields(draft: ExportDraft): string[] | null {
  const { fields, format } = draft;
  if (!fields || !hasFields(draft)) return null;
  const names = readAttributes(draft.attributes).map((name) => `${ATTRIBUTES}.${name}`);
  return listFields(format)
    .filter(([name]) => fields.includes(name))
    .flatMap(([name]) => (name === ATTRIBUTES && names.length > 0 ? names : [name]));
}

/** Return the names in a text, each once. */
function readAttributes(text: string): string[] {
  const names = text.split("\n").map((line) => line.replace(WHITE_SPACE_AROUND, ""));
  return [...new Set(names.filter(Boolean))];
}

export function toBody(draft: ExportDraft): ExportBody {
  const { filters, changedSince, format, escapesFormulas } = draft;
  return {
    filter: filters ? toApiFilter(filters) : {},
    changed_since: changedSince ? new Date(changedSince).toISOString() : null,
    fields: chosenFields(draft),
    format,
    layout: layoutOf(draft),
    escape_formulas: escapesFormulas && hasFormulas(format),
  };
}
