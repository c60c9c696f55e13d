/**
 * The table of the options of an import.
 *
 * The forms, the preview and the summary of an import derive from OPTIONS: a new option is an entry
 * there.
 */

import type { Schema } from "../api/client";
import FORMATS from "./formats.json";

/** All options are present, so that the page never guesses a value. */
export type Options = Required<Schema["ImportOptions"]>;
export type Blank = Required<Schema["BlankOptions"]>;
/** The field of a column; null if the column is ignored. */
export type ColumnField = Schema["PreviewColumn"]["field"];
export type Choices = [value: string, label: string][];

/** Those that aren't in the table have forms of their own. */
export type OptionName = Exclude<
  keyof Options,
  "mapping" | "blank" | "columns" | "missing" | "scope" | "max_missing"
>;
export type OptionValue = string | number | string[] | null;

/** The place of an option in the form. `main` is always visible; the rest is under More options. */
export type Group = "main" | "file" | "values" | "records" | "threshold";

interface BaseOption {
  name: OptionName;
  label: string;
  group: Group;
  /** The value of an option that isn't set. Null means that it is detected or has a default. */
  unset: OptionValue;
  /** What holds while it isn't set, unless that is detected. */
  emptyLabel?: string;
  hint?: string;
  /** Whether it has an effect beside the other options. */
  appliesTo?: (options: Options) => boolean;
}

export type Option = BaseOption &
  (
    | { kind: "choice"; choices: Choices }
    | { kind: "text"; maxLength: number; isUpperCase?: boolean }
    | { kind: "count"; min: number; max: number }
    | { kind: "percent" | "columns" | "match" }
  );

const MAX_COUNT = 1e15; // the API's limit

export const OPTIONS: Option[] = [
  makeChoice("format", "Format", "main", { ...FORMATS, none: "No format" }),
  {
    ...makeChoice("mode", "Mode", "main", {
      upsert: "Create and update",
      update: "Update existing only",
      create: "Create new only",
    }),
    unset: "upsert",
  },
  {
    name: "match",
    label: "Match products by",
    group: "main",
    unset: "sku",
    kind: "match",
    appliesTo: ({ mode }) => mode === "update",
  },
  makeChoice("delimiter", "Delimiter", "file", {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Pipe",
  }),
  makeChoice("encoding", "Encoding", "file", {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    cp1252: "Windows-1252 (Western)",
    "latin-1": "Latin-1 (ISO 8859-1)",
    "iso-8859-15": "Latin-9 (ISO 8859-15)",
    cp1250: "Windows-1250 (Central European)",
    cp1251: "Windows-1251 (Cyrillic)",
    cp1254: "Windows-1254 (Turkish)",
    "mac-roman": "Mac OS Roman",
    shift_jis: "Shift JIS (Japanese)",
    gb18030: "GB 18030 (Chinese)",
    "iso-8859-2": "ISO 8859-2 (Central European)",
    "iso-8859-5": "ISO 8859-5 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
    cp874: "Windows-874 (Thai)",
    cp1253: "Windows-1253 (Greek)",
    cp1255: "Windows-1255 (Hebrew)",
    cp1256: "Windows-1256 (Arabic)",
    cp1257: "Windows-1257 (Baltic)",
    "euc-kr": "EUC-KR (Korean)",
    big5: "Big5 (Traditional Chinese)",
  }),
  {
    name: "member",
    label: "File in the archive",
    group: "file",
    unset: null,
    hint: "Only for a ZIP archive with more than one file.",
    kind: "text",
    maxLength: 1000,
  },
  {
    name: "sheet",
    label: "Sheet",
    group: "file",
    unset: null,
    hint: "Only for a workbook. By default the first visible sheet with data.",
    kind: "text",
    maxLength: 100,
  },
  {
    name: "header_line",
    label: "Header line",
    group: "file",
    unset: null,
    hint: "Lines above it are ignored.",
    kind: "count",
    min: 1,
    max: 20,
  },
  makeChoice("decimal_mark", "Decimal mark", "values", {
    ".": "Point",
    ",": "Comma",
  }),
  {
    name: "currency",
    label: "Currency",
    group: "values",
    unset: null,
    hint: "ISO code, such as EUR. Prices in another currency are rejected.",
    kind: "text",
    maxLength: 3,
    isUpperCase: true,
  },
  {
    ...makeChoice("rounding", "Prices with more than 2 decimals", "values", {
      reject: "Reject",
      half_up: "Round half up",
    }),
    emptyLabel: "Default: reject",
  },
  {
    ...makeChoice("short_rows", "Short records", "records", {
      fill: "Fill with blanks",
      reject: "Reject",
    }),
    emptyLabel: "Default: fill with blanks",
    hint: "Records with fewer cells than the header.",
  },
  {
    name: "sku_from",
    label: "SKU from columns",
    group: "records",
    unset: [],
    hint: "For records without an SKU: the texts of these columns, joined by a hyphen.",
    kind: "columns",
  },
  {
    name: "max_rejects",
    label: "Maximum rejected records",
    group: "threshold",
    unset: null,
    emptyLabel: "No limit",
    kind: "count",
    min: 0,
    max: MAX_COUNT,
  },
  {
    name: "max_reject_rate",
    label: "Maximum rejected percentage",
    group: "threshold",
    unset: null,
    emptyLabel: "No limit",
    kind: "percent",
  },
];

/** `choices` must label every value of the API, otherwise it doesn't compile. */
function makeChoice<N extends OptionName>(
  name: N,
  label: string,
  group: Group,
  choices: Record<Extract<Options[N], string>, string>,
): Option {
  return { name, label, group, unset: null, kind: "choice", choices: Object.entries(choices) };
}
