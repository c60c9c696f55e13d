/** Which products the list shows, and in which order: as the route, the API and words have it. */

import type { Schema } from "../api/client";
import type { paths } from "../api/schema";

export type ListQuery = NonNullable<paths["/products"]["get"]["parameters"]["query"]>;
export type Sort = NonNullable<ListQuery["sort"]>;

/** The filters of a list by their names in the route; each is a text, and absent when not set. */
export interface Filters {
  search?: string;
  sku_prefix?: string;
  active?: "true" | "false";
  price_from?: string;
  price_to?: string;
  /** A day of the reader's calendar, such as 2026-11-24. */
  updated_from?: string;
  updated_to?: string;
  job_id?: string;
}

export type FilterName = keyof Filters;

export interface ListState {
  filters: Filters;
  /** Absent: by relevance with a search, else by SKU. */
  sort?: Sort;
}

export const FILTER_NAMES: FilterName[] = [
  "search",
  "sku_prefix",
  "active",
  "price_from",
  "price_to",
  "updated_from",
  "updated_to",
  "job_id",
];

export const SORTS: Record<Sort, string> = {
  sku: "SKU, A to Z",
  "-sku": "SKU, Z to A",
  name: "Name, A to Z",
  "-name": "Name, Z to A",
  price: "Price, lowest first",
  "-price": "Price, highest first",
  updated_at: "Updated, oldest first",
  "-updated_at": "Updated, newest first",
};

export const PRICE = /^[0-9]{1,10}(\.[0-9]{1,2})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readState(parameters: URLSearchParams): ListState {
  const filters: Filters = {};
  for (const name of FILTER_NAMES) Object.assign(filters, readFilter(name, parameters.get(name)));
  const sort = parameters.get("sort");
  return { filters, ...(isSort(sort) && { sort }) };
}

/** Return the parameters that the route has for a list; they are the same for the same list. */
export function writeState({ filters, sort }: ListState): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of FILTER_NAMES) {
    const value = filters[name];
    if (value) parameters.set(name, value);
  }
  if (sort) parameters.set("sort", sort);
  return parameters;
}

export function isFiltered(filters: Filters): boolean {
  return FILTER_NAMES.some((name) => filters[name]);
}

/** Whether a range ends before it begins, so that nothing can be in it. */
export function isReversed(filters: Filters, range: "price" | "updated"): boolean {
  const { price_from, price_to, updated_from, updated_to } = filters;
  if (range === "price")
    return Boolean(price_from && price_to) && Number(price_from) > Number(price_to);
  return Boolean(updated_from && updated_to) && String(updated_from) > String(updated_to);
}

/** Return the filters as the API names them, in a query as in the body of a bulk delete. */
export function toApiFilter(filters: Filters): Schema["FilterBody"] {
  return {
    sku: null,
    "sku[prefix]": filters.sku_prefix ?? null,
    active: filters.active ? filters.active === "true" : null,
    search: filters.search ?? null,
    "price[gte]": filters.price_from ?? null,
    "price[lte]": filters.price_to ?? null,
    "updated_at[gte]": filters.updated_from ? startOfDay(filters.updated_from) : null,
    "updated_at[lte]": filters.updated_to ? endOfDay(filters.updated_to) : null,
    job_id: filters.job_id ?? null,
  };
}

export function toApiQuery({ filters, sort }: ListState): ListQuery {
  const given = Object.entries(toApiFilter(filters)).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(given), sort };
}

function readFilter(name: FilterName, value: string | null): Filters {
  const text = value?.trim();
  if (!text) return {};
  // What the API could not take is not asked for: a link may have been cut or mistyped.
  if (name === "active" && text !== "true" && text !== "false") return {};
  if (name.startsWith("price_") && !PRICE.test(text)) return {};
  if (name.startsWith("updated_") && !isDay(text)) return {};
  if (name === "job_id" && !/^[a-z0-9_]{1,100}$/.test(text)) return {};
  return { [name]: name === "search" ? text.slice(0, 200) : text };
}

function isSort(text: string | null): text is Sort {
  return text !== null && text in SORTS;
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(new Date(`${text}T00:00:00`).getTime());
}

function startOfDay(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString();
}

function endOfDay(day: string): string {
  const last = new Date(`${day}T23:59:59.999`).toISOString();
  return last.replace("999Z", "999999Z"); // the API's times have microseconds
}
