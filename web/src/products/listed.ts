/** A product as the list shows it; the drawer reads the rest. */

import type { Schema } from "../api/client";
import { type FieldName, LIST_FIELDS } from "./fields";

type Product = Schema["Product"];

export type ListedProduct = Pick<Product, "id" | "sku" | "name" | "active" | "updated_at"> &
  Partial<Pick<Product, FieldName>>;

export interface Page {
  items: ListedProduct[];
  next_cursor: string | null;
  search?: Schema["Freshness"];
  /** When it was requested, in milliseconds. */
  requested_at: number;
}

export const LISTED_NAMES = ["id", ...LIST_FIELDS.map(({ name }) => name), "updated_at"] as const;

/** Return the listed part of a product. The names in LISTED_NAMES must be present. */
export function toListedProduct(product: Partial<Product>): ListedProduct {
  return Object.fromEntries(
    LISTED_NAMES.map((name) => [name, product[name]]),
  ) as unknown as ListedProduct;
}
