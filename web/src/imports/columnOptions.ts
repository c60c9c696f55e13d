/** The options of single columns: how their cells are changed before they are read. */

import type { Schema } from "../api/client";
import type { Options } from "./options";

/** All options of a column are present. */
export type ColumnOptions = Required<Schema["ColumnOptions"]>;

export const NO_CHANGES: ColumnOptions = {
  values: {},
  remove_prefix: null,
  remove_suffix: null,
  replace: [],
  case: null,
  prefix: null,
  suffix: null,
  default: null,
  multiply: null,
  round: null,
  negative: null,
};

export const CASES: [NonNullable<ColumnOptions["case"]>, string][] = [
  ["upper", "Upper case"],
  ["lower", "Lower case"],
  ["title", "Title case"],
];

export type TextName = "remove_prefix" | "remove_suffix" | "prefix" | "suffix" | "default";

export function columnOf({ columns }: Options, header: string): ColumnOptions {
  return { ...NO_CHANGES, ...columns[header] };
}

/** Set the options of a column; without any, the column isn't listed. */
export function setColumn(options: Options, header: string, column: ColumnOptions): Options {
  const others = Object.entries(options.columns).filter(([name]) => name !== header);
  const columns = describeColumn(column).length ? [...others, [header, column]] : others;
  return { ...options, columns: Object.fromEntries(columns) };
}

/** Describe what is changed, in the order in which it is: `replace "," by "."`. */
export function describeColumn(column: ColumnOptions): string[] {
  const values = Object.entries(column.values).map(([from, to]) => `"${from}" becomes "${to}"`);
  const replaced = column.replace.map(({ find, with: put }) => `replace "${find}" by "${put}"`);
  const found: (string | false)[] = [
    ...values,
    column.remove_prefix !== null && `remove prefix "${column.remove_prefix}"`,
    column.remove_suffix !== null && `remove suffix "${column.remove_suffix}"`,
    ...replaced,
    column.case !== null && (CASES.find(([name]) => name === column.case)?.[1] ?? "").toLowerCase(),
    column.prefix !== null && `add prefix "${column.prefix}"`,
    column.suffix !== null && `add suffix "${column.suffix}"`,
    column.default !== null && `"${column.default}" if blank`,
    column.multiply !== null && `multiply by ${column.multiply}`,
    column.round !== null && `round to ${column.round} decimals`,
    column.negative !== null && "negative becomes 0",
  ];
  return found.filter((text) => text !== false);
}
