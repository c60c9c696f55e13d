/** What happens to products that a file doesn't name, if the file is the whole catalogue. */

import { describeSelection } from "../jobs/selection";
import { formatCount, formatShare } from "../ui/format";
import type { Options } from "./optionTable";

export type MissingOptions = Pick<Options, "missing" | "scope" | "max_missing">;
export type Missing = Exclude<NonNullable<Options["missing"]>, "keep">;
export type Scope = NonNullable<Options["scope"]>;

export interface Limit {
  percent: number;
  products: number;
}

/** The file isn't the whole catalogue: other products stay as they are. */
export const KEEP_MISSING: MissingOptions = { missing: null, scope: null, max_missing: null };

/** The API's limit while none is set. */
export const DEFAULT_LIMIT: Limit = { percent: 10, products: 1000 };
/** However many products the limit allows, it never allows more of the scope than this. */
const MOST_PERCENT = 90;

/** `Record` lists every choice of the API, otherwise it doesn't compile. */
const MISSING: Record<Missing, [action: string, done: string]> = {
  deactivate: ["Deactivate them", "deactivated"],
  zero_stock: ["Set their quantity to 0", "set to quantity 0"],
  delete: ["Delete them", "deleted"],
};
export const MISSING_CHOICES = Object.entries(MISSING).map(
  ([name, [action]]): [Missing, string] => [name as Missing, action],
);

/** Return what happens to missing products, or null if they stay as they are. */
export function missingOf({ missing }: Pick<Options, "missing">): Missing | null {
  return missing === "keep" ? null : missing;
}

/** Return what becomes of a missing product: "deactivated". */
export function describeMissing(missing: Missing): string {
  return MISSING[missing][1];
}

export function limitOf({ max_missing }: Pick<Options, "max_missing">): Limit {
  return max_missing ? { percent: 0, products: 0, ...max_missing } : DEFAULT_LIMIT;
}

/** Describe when the import changes nothing because too many products are missing. */
export function describeLimit(missing: Missing, { percent, products }: Limit): string {
  if (percent >= 100)
    return `There is no limit: all of these products may be ${MISSING[missing][1]}.`;
  const most = [
    ...(percent > 0 ? [`more than ${formatShare(percent / 100)} of these products`] : []),
    ...(products > 0
      ? [`more than ${formatCount(products)}${percent > 0 ? "" : " of these products"}`]
      : []),
  ];
  const parts = most.length ? most : ["any of these products"];
  const isCapped = products > 0 && percent < MOST_PERCENT;
  const cap = isCapped ? `, or more than ${formatShare(MOST_PERCENT / 100)},` : "";
  return `Nothing is changed if ${parts.join(" and ")}${cap} would be ${MISSING[missing][1]}.`;
}

/** Describe the products that can be missing: "all products", "products with brand Acme". */
export function describeScope(scope: Scope | null, profileName?: string): string {
  const { profile, ...filter } = scope ?? {};
  const isFiltered = Object.values(filter).some((value) => value !== null && value !== undefined);
  const products = isFiltered ? describeSelection({ filter }) : "all products";
  if (!profile) return products;
  return `${isFiltered ? products : "products"} last imported with ${profileName ?? "the profile"}`;
}
