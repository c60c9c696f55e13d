/** Descriptions of a bulk delete's selection. */

import { formatCount } from "../ui/format";

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

const OPERATORS: Record<string, string> = { gte: "from", lte: "up to", prefix: "starting with" };

function describeCondition(name: string, value: unknown): string {
  const [, field = name, operator] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
  if (operator) return `${field} ${OPERATORS[operator] ?? operator} ${value}`;
  return `${field} ${value}`;
}
