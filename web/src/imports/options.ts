/**
 * The options of an import.
 *
 * The forms, the preview and the summary of an import derive from OPTIONS: a new option is an entry
 * there. The mapping of columns and the handling of blank cells derive from the product fields.
 */

import type { Schema } from "../api/client";
import { type BlankPolicy, FIELDS } from "../products/fields";
import FORMATS from "./formats.json";

/** All options are present, so that the page never guesses a value. */
export type Options = Required<Schema["ImportOptions"]>;
export type Blank = Required<Schema["BlankOptions"]>;
/** The field of a column; null if the column is ignored. */
export type ColumnField = Schema["PreviewColumn"]["field"];
export type Choices = [value: string, label: string][];

type OptionName = Exclude<keyof Options, "mapping" | "blank" | "columns">;
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

export const COLUMN_FIELDS: [NonNullable<ColumnField>, string][] = [
  ...FIELDS.map(({ name, label }): [NonNullable<ColumnField>, string] => [name, label]),
  ["attributes", "Attribute"],
  ["id", "Product ID"],
];

/** Return the fields that a column can have: the ID only if it finds the products. */
export function listFields({
  match,
}: Pick<Options, "match">): [NonNullable<ColumnField>, string][] {
  return COLUMN_FIELDS.filter(([name]) => name !== "id" || match === "id");
}

export const IGNORED = "Ignored";

export const POLICIES: [BlankPolicy, string][] = [
  ["default", "Default value"],
  ["keep", "Keep existing value"],
  ["clear", "Clear value"],
];
/** The fields whose blank cells have a policy. */
export const BLANK_FIELDS = FIELDS.filter(({ blank }) => blank.length > 0);

const NO_BLANK = Object.fromEntries(BLANK_FIELDS.map(({ name }) => [name, null])) as Blank;

export const NO_OPTIONS = {
  ...Object.fromEntries(OPTIONS.map(({ name, unset }) => [name, unset])),
  mapping: {},
  columns: {},
  blank: NO_BLANK,
} as unknown as Options;

/** Return all options, from those that the API sends. */
export function toOptions(sent: Schema["Profile"]["options"]): Options {
  const given = Object.entries(sent).filter(([, value]) => value !== null);
  const blank = { ...NO_BLANK, ...(readProperty(sent, "blank") as object) };
  return { ...NO_OPTIONS, ...Object.fromEntries(given), blank } as Options;
}

/** Return the member of a list of choices with this value, or null. */
export function findChoice<T extends string>(choices: [T, string][], value: string): T | null {
  return choices.find(([choice]) => choice === value)?.[0] ?? null;
}

export function choiceLabel(choices: Choices, value: string): string {
  return choices.find(([choice]) => choice === value)?.[1] ?? value;
}

export function setOption(options: Options, name: OptionName, value: OptionValue): Options {
  const changed = { ...options, [name]: value };
  // Only existing products are found by something else than the SKU.
  return changed.mode === "update" ? changed : { ...changed, match: NO_OPTIONS.match };
}

export function setPolicy(options: Options, field: string, policy: BlankPolicy | null): Options {
  const chosen = { [field]: policy === usualPolicy(options) ? null : policy };
  return { ...options, blank: { ...NO_BLANK, ...options.blank, ...chosen } };
}

export function policyOf(options: Pick<Options, "blank" | "mode">, field: string): BlankPolicy {
  const policy = String(readProperty(options.blank, field));
  return findChoice(POLICIES, policy) ?? usualPolicy(options);
}

/** Return the policy of a field for which none is set. */
export function usualPolicy({ mode }: Pick<Options, "mode">): BlankPolicy {
  return mode === "update" ? "keep" : "default";
}

/** Return only the options that change a preview. */
export function previewOptions(options: Options): Options {
  const threshold = OPTIONS.filter(({ group }) => group === "threshold");
  const unset = Object.fromEntries(threshold.map(({ name }) => [name, NO_OPTIONS[name]]));
  return { ...options, ...unset, blank: NO_BLANK };
}

/** Return the value of an option in a preview or in a job's `detected`; null if it isn't there. */
export function findDetected({ name }: Option, source: object | null): string | number | null {
  const value = readProperty(source, name);
  if (typeof value === "string") return value.replace(/-[lb]e$/, ""); // utf-16-le is UTF-16
  return typeof value === "number" ? value : null;
}

/** Return the sentence that says why the value of an option was detected. */
export function findEvidence({ name }: Option, source: object | null): string | undefined {
  const evidence = readProperty(readProperty(source, "evidence"), name);
  return typeof evidence === "string" ? evidence : undefined;
}

/** Assign a field to a column; another column loses it, since a field has one column at most. */
export function assignField(options: Options, header: string, field: ColumnField): Options {
  const others = Object.entries(options.mapping ?? {}).filter(
    ([name, other]) => name !== header && (other !== field || !isSingle(field)),
  );
  return { ...options, mapping: Object.fromEntries([...others, [header, field]]) };
}

/** Whether an option has the value that stands for detection or its default. */
export function isUnset({ name, unset }: Option, options: Pick<Options, OptionName>): boolean {
  return String(options[name] ?? "") === String(unset ?? "");
}

/** Return the field chosen for a column, by default the detected one. */
export function fieldOf({ mapping }: Options, header: string, detected: ColumnField): ColumnField {
  const chosen = new Map(Object.entries(mapping ?? {})).get(header);
  return chosen === undefined ? detected : chosen;
}

/** `choices` must label every value of the API, otherwise it doesn't compile. */
function makeChoice<N extends OptionName>(
  name: N,
  label: string,
  group: Group,
  choices: Record<Extract<Options[N], string>, string>,
): Option {
  return { name, label, group, unset: null, kind: "choice", choices: Object.entries(choices) };
}

export function readProperty(source: unknown, name: string): unknown {
  return new Map(Object.entries(typeof source === "object" && source ? source : {})).get(name);
}

function isSingle(field: ColumnField): boolean {
  return field !== null && field !== "attributes";
}
