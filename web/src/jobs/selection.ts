/** Descriptions of the products that a bulk delete or an export selects. */

import { formatCount, formatTime } from "../ui/format";

/** Describe a selection: "all products", "3 SKUs", "products with active false". */
export function describeSelection(selection: Record<string, unknown>): string {
  if (selection.all) return "all products";
  const { sku_count: count, filter } = selection;
  if (typeof count === "number") return `${formatCount(count)} ${count === 1 ? "SKU" : "SKUs"}`;
  const given = Object.entries(typeof filter === "object" && filter ? filter : {});
  const conditions = given
    .filter(([, value]) => value !== null)
    .map(([name, value]) => describeCondition(name, value));
  return `products with ${conditions.join(" and ")}`;
}

/** Describe the products of an export: "all products", "products changed since 1 May". */
export function describeExported(request: Record<string, unknown>): string {
  const { filter, changed_since } = request;
  const isAll = !filter || Object.keys(filter).length === 0;
  const products = describeSelection(isAll ? { all: true } : { filter });
  if (typeof changed_since !== "string") return products;
  const since = `changed since ${formatTime(changed_since)}`;
  return isAll ? `products ${since}` : `${products}, ${since}`;
}

const OPERATORS: Record<string, string> = { gte: "from", lte: "up to", prefix: "starting with" };

function describeCondition(name: string, value: unknown): string {
  const [, field = name, operator] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
  if (operator) return `${field} ${OPERATORS[operator] ?? operator} ${value}`;
  return `${field} ${value}`;
}
