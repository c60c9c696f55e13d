/** Which products a bulk delete means, in words. */

import { formatCount } from "../ui/format";

/** Describe a selection: "all products", "3 SKUs", "products with active = false". */
export function describeSelection(selection: Record<string, unknown>): string {
  if (selection.all) return "all products";
  const { sku_count: count, filter } = selection;
  if (typeof count === "number") return `${formatCount(count)} ${count === 1 ? "SKU" : "SKUs"}`;
  const given = Object.entries(typeof filter === "object" && filter ? filter : {});
  const told = given
    .filter(([, value]) => value !== null)
    .map(([name, value]) => tell(name, value));
  return `products with ${told.join(" and ")}`;
}

const RELATIONS: Record<string, string> = { gte: "from", lte: "up to", prefix: "beginning with" };

function tell(name: string, value: unknown): string {
  const [, field = name, relation] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
  if (relation) return `${field} ${RELATIONS[relation] ?? relation} ${value}`;
  return `${field} ${value}`;
}
