/** Filters, counts and prices in words. */

import { formatCount } from "../ui/format";
import { FILTER_NAMES, type FilterName, type Filters } from "./filters";

const PRICE = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export function formatPrice(price: string): string {
  return PRICE.format(Number(price));
}

export function formatDay(day: string): string {
  return DAY.format(new Date(`${day}T00:00:00`));
}

export function countProducts(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "product" : "products"}`;
}

/** Say what one filter asks of a product; `filename` is that of the import it names. */
export function describeFilter(name: FilterName, value: string, filename?: string): string {
  switch (name) {
    case "search":
      return `has the words “${value}”`;
    case "sku_prefix":
      return `SKU begins with “${value}”`;
    case "active":
      return value === "true" ? "is active" : "is inactive";
    case "price_from":
      return `price from ${formatPrice(value)}`;
    case "price_to":
      return `price up to ${formatPrice(value)}`;
    case "updated_from":
      return `updated since ${formatDay(value)}`;
    case "updated_to":
      return `updated until ${formatDay(value)}`;
    case "job_id":
      return `written by the import ${filename ? `of ${filename}` : value}`;
  }
}

/** Return the filters that are set, each with its words, in the order in which they are shown. */
export function describeFilters(
  filters: Filters,
  filename?: string,
): { name: FilterName; words: string }[] {
  return FILTER_NAMES.flatMap((name) => {
    const value = filters[name];
    return value ? [{ name, words: describeFilter(name, value, filename) }] : [];
  });
}
