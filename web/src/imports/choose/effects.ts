/** What cells become: the values of the first products in a preview. */

import type { Schema } from "../../api/client";
import type { ColumnField } from "../options";

type Product = Schema["PreviewRecord"]["product"];

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

/** Return what the cell of a column becomes; undefined without a product. */
export function findEffect(
  product: Product,
  header: string,
  field: ColumnField,
): string | undefined {
  if (!product || field === null) return undefined;
  const value = field === "attributes" ? attributesOf(product)[header] : product[field];
  return formatProductValue(value);
}

function attributesOf(product: Product): Record<string, string> {
  const attributes = product?.attributes;
  return typeof attributes === "object" && attributes ? attributes : {};
}
