/** Descriptions of filters, counts and prices. */

import { formatCount } from "../ui/format";
import { describeFlag } from "./fields";
import { FILTERS, type Filter, type Filters } from "./filters";

const PRICE = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export function formatPrice(price: string): string {
  return PRICE.format(Number(price));
}

export function countProducts(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "product" : "products"}`;
}

/** Describe a filter: "Price from 5.00". `filename` is that of the import it names. */
export function describeFilter(filter: Filter, value: string, filename?: string): string {
  const { kind, label, field, range } = filter;
  if (range) return `${field?.label ?? "Updated"} ${describeEnd(filter, value)}`;
  switch (kind) {
    case "search":
      return `Matches “${value}”`;
    case "flag":
      return field ? describeFlag(field, value === "true") : `${label}: ${value}`;
    case "job":
      return `${label}: ${filename ?? value}`;
    default: {
      const relation = field?.filter === "prefix" ? "starts with" : "is";
      return `${field?.label ?? label} ${relation} “${value}”`;
    }
  }
}

/** Return the descriptions of the filters that are set, in display order. */
export function describeFilters(
  filters: Filters,
  filename?: string,
): { name: string; text: string }[] {
  return FILTERS.flatMap((filter) => {
    const value = filters[filter.name];
    return value ? [{ name: filter.name, text: describeFilter(filter, value, filename) }] : [];
  });
}

function describeEnd({ kind, range }: Filter, value: string): string {
  if (kind === "day") {
    const day = DAY.format(new Date(`${value}T00:00:00`));
    return range?.end === "from" ? `from ${day}` : `until ${day}`;
  }
  const number = kind === "decimal" ? formatPrice(value) : formatCount(Number(value));
  return range?.end === "from" ? `from ${number}` : `up to ${number}`;
}
