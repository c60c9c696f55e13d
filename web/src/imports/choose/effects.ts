/** What cells become: the values of the first products in a preview. */

import type { Schema } from "../../api/client";
import { messageFor } from "../../api/messages";

type Column = Schema["PreviewColumn"];
type PreviewRecord = Schema["PreviewRecord"];
type Product = PreviewRecord["product"];

/** What a cell becomes. */
export interface Effect {
  line: number;
  cell: string;
  /** Undefined if the record becomes no product; "" if the product has none. */
  value: string | undefined;
  /** Why the record is rejected, if that is because of this cell. */
  reject: string | null;
}

/** Return a product's value as text; a blank one is empty. */
export function formatProductValue(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "" : String(value);
}

/** List the attributes of a product: "Colour: red, Size: M". */
export function describeAttributes(product: Product): string {
  return Object.entries(attributesOf(product))
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
}

/** Return what a record's cell in a column becomes. */
export function findEffect(record: PreviewRecord, columns: Column[], at: number): Effect {
  const { line, cells, product, reject } = record;
  const column = columns[at];
  return {
    line,
    cell: cells[at] ?? "",
    value: product && column ? formatProductValue(readValue(product, column)) : undefined,
    reject: reject && findRejected(reject, columns) === at ? messageFor(reject) : null,
  };
}

/** Return the position of the column because of which a record is rejected, or -1. */
export function findRejected(reject: Schema["PreviewReject"], columns: Column[]): number {
  if (!reject.field) return -1;
  return columns.findIndex(({ header, field }) => [field, header].includes(reject.field));
}

function readValue(product: NonNullable<Product>, { header, field }: Column): unknown {
  if (field === null) return undefined;
  return field === "attributes" ? attributesOf(product)[header] : product[field];
}

function attributesOf(product: Product): Record<string, string> {
  const attributes = product?.attributes;
  return typeof attributes === "object" && attributes ? attributes : {};
}
