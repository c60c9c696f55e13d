/** The filters and the order of the product list: in the route, in the API and in the filter panel. */

import type { Schema } from "../api/client";
import type { paths } from "../api/schema";
import { FIELDS, type ProductField } from "./fields";

export type ListQuery = NonNullable<paths["/products"]["get"]["parameters"]["query"]>;
export type Sort = NonNullable<ListQuery["sort"]>;

/** The filters that are set, by name, as text. */
export type Filters = Record<string, string>;

export interface Filter {
  /** Its name in the route. */
  name: string;
  /** Its name in the API. */
  parameter: string;
  kind: "search" | "text" | "flag" | "decimal" | "integer" | "day" | "job";
  label: string;
  /** The field it filters by, if any. */
  field?: ProductField;
  /** The range it belongs to, and which end of it. */
  range?: { name: string; end: "from" | "to" };
  maxLength?: number;
}

export interface ListState {
  filters: Filters;
  /** Default: by relevance for a search, otherwise by SKU. */
  sort?: Sort;
}

export const FILTERS: Filter[] = [
  { name: "search", parameter: "search", kind: "search", label: "Search", maxLength: 200 },
  ...FIELDS.flatMap(filtersOf),
  makeRangeEnd("from", "updated", "updated_at", "day", "Updated from"),
  makeRangeEnd("to", "updated", "updated_at", "day", "Updated until"),
  { name: "job_id", parameter: "job_id", kind: "job", label: "Last import" },
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

const DECIMAL = /^[0-9]{1,10}(\.[0-9]{1,2})?$/;
const INTEGER = /^[0-9]{1,10}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const JOB_ID = /^[a-z0-9_]{1,100}$/;

export function readState(parameters: URLSearchParams): ListState {
  const filters: Filters = {};
  for (const filter of FILTERS) {
    const text = parameters.get(filter.name)?.trim().slice(0, filter.maxLength);
    // Links can be truncated or mistyped; values the API would reject are dropped.
    if (text && isValidFilter(filter, text)) filters[filter.name] = text;
  }
  const sort = parameters.get("sort");
  return { filters, ...(isSort(sort) && { sort }) };
}

/** Return the route's parameters for a list; equal lists have equal parameters. */
export function writeState({ filters, sort }: ListState): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const { name } of FILTERS) {
    const value = filters[name];
    if (value) parameters.set(name, value);
  }
  if (sort) parameters.set("sort", sort);
  return parameters;
}

export function isFiltered(filters: Filters): boolean {
  return FILTERS.some(({ name }) => filters[name]);
}

/** Whether the API accepts a text as the filter's value. */
export function isValidFilter({ kind }: Filter, text: string): boolean {
  switch (kind) {
    case "flag":
      return text === "true" || text === "false";
    case "decimal":
      return DECIMAL.test(text);
    case "integer":
      return INTEGER.test(text);
    case "day":
      return isDay(text);
    case "job":
      return JOB_ID.test(text);
    default:
      return true;
  }
}

/** Return the filter at the upper end of a range that ends before it starts, so nothing matches. */
export function findReversedRange(filters: Filters): Filter | undefined {
  return FILTERS.find(({ name, kind, range }) => {
    const [from, to] = [filters[`${range?.name}_from`], filters[name]];
    if (range?.end !== "to" || !from || !to) return false;
    return kind === "day" ? from > to : Number(from) > Number(to);
  });
}

/** Return the filters under their API names, for the body of a bulk delete. */
export function toApiFilter(filters: Filters): Schema["FilterBody"] {
  return Object.fromEntries(
    FILTERS.flatMap((filter) => {
      const text = filters[filter.name];
      return text ? [[filter.parameter, toParameter(filter, text)]] : [];
    }),
  ) as Schema["FilterBody"];
}

export function toApiQuery({ filters, sort }: ListState): ListQuery {
  return { ...toApiFilter(filters), ...(sort && { sort }) } as ListQuery;
}

function filtersOf(field: ProductField): Filter[] {
  const { name, kind, label, max_length } = field;
  const maxLength = max_length ?? undefined;
  if (field.filter === "prefix") {
    const own = { name: `${name}_prefix`, parameter: `${name}[prefix]`, label: `${label} prefix` };
    return [{ ...own, kind: "text", field, maxLength }];
  }
  if (field.filter === "exact") {
    return [{ name, parameter: name, kind: "text", label, field, maxLength }];
  }
  if (field.filter === "boolean") return [{ name, parameter: name, kind: "flag", label, field }];
  if (field.filter === "range") {
    const rangeKind = kind === "integer" ? "integer" : "decimal";
    return [
      { ...makeRangeEnd("from", name, name, rangeKind, `Minimum ${label.toLowerCase()}`), field },
      { ...makeRangeEnd("to", name, name, rangeKind, `Maximum ${label.toLowerCase()}`), field },
    ];
  }
  return [];
}

function makeRangeEnd(
  end: "from" | "to",
  name: string,
  parameter: string,
  kind: Filter["kind"],
  label: string,
): Filter {
  const operator = end === "from" ? "gte" : "lte";
  const maxLength = 13; // ten digits, the point and two decimals
  const own = { name: `${name}_${end}`, parameter: `${parameter}[${operator}]`, kind, label };
  return { ...own, range: { name, end }, maxLength };
}

function toParameter({ kind, range }: Filter, text: string): string | boolean {
  if (kind === "flag") return text === "true";
  if (kind === "day") return range?.end === "from" ? startOfDay(text) : endOfDay(text);
  return text;
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
