/**
 * The options of an import.
 *
 * The forms, the preview and the summary of an import derive from OPTIONS: a new option is an entry
 * there. The mapping of columns and the handling of blank cells derive from the product fields.
 */

import type { Schema } from "../api/client";
import type { ImportJob } from "../jobs/job";
import { type BlankPolicy, FIELDS } from "../products/fields";
import FORMATS from "./formats.json";

/** All options are present, so that the page never guesses a value. */
export type Options = Required<Schema["ImportOptions"]>;
export type Blank = Required<Schema["BlankOptions"]>;
/** The field of a column; null if the column is ignored. */
export type ColumnField = Schema["PreviewColumn"]["field"];
export type Choices = [value: string, label: string][];

type SimpleName = Exclude<keyof Options, "mapping" | "blank">;

/** The place of an option in the form. `main` is always visible; the rest is under More options. */
export type Group = "main" | "file" | "values" | "records" | "threshold";

interface BaseOption {
  name: SimpleName;
  label: string;
  group: Group;
}

export type Option =
  | (BaseOption & { kind: "choice"; choices: Choices })
  | (BaseOption & { kind: "count" | "percent" });

export const OPTIONS: Option[] = [
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
  makeChoice("mode", "Mode", "main", {
    upsert: "Create and update products",
    update: "Only update existing products",
    create: "Only create new products",
  }),
  makeChoice("format", "Format", "file", { none: "No format", ...FORMATS }),
  makeChoice("decimal_mark", "Decimal mark", "values", {
    ".": "Point",
    ",": "Comma",
  }),
  makeChoice("currency", "Currency", "values", {
    EUR: "EUR",
    USD: "USD",
    GBP: "GBP",
    AUD: "AUD",
    BRL: "BRL",
    CAD: "CAD",
    CHF: "CHF",
    CNY: "CNY",
    CZK: "CZK",
    DKK: "DKK",
    INR: "INR",
    JPY: "JPY",
    MXN: "MXN",
    NOK: "NOK",
    PLN: "PLN",
    SEK: "SEK",
    TRY: "TRY",
  }),
  makeChoice("rounding", "Prices with more than 2 decimals", "values", {
    reject: "Reject",
    half_up: "Round half up",
  }),
  { name: "max_rejects", label: "Maximum rejected records", group: "threshold", kind: "count" },
  {
    name: "max_reject_rate",
    label: "Maximum rejected percentage",
    group: "threshold",
    kind: "percent",
  },
];

export const COLUMN_FIELDS: [NonNullable<ColumnField>, string][] = [
  ...FIELDS.map(({ name, label }): [NonNullable<ColumnField>, string] => [name, label]),
  ["attributes", "Attribute"],
];
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
  ...Object.fromEntries(OPTIONS.map(({ name }) => [name, null])),
  mapping: {},
  blank: NO_BLANK,
} as unknown as Options;

/** Return the member of a list of choices with this value, or null. */
export function findChoice<T extends string>(choices: [T, string][], value: string): T | null {
  return choices.find(([choice]) => choice === value)?.[0] ?? null;
}

export function choiceLabel(choices: Choices, value: string): string {
  return choices.find(([choice]) => choice === value)?.[1] ?? value;
}

export function setOption(
  options: Options,
  name: SimpleName,
  value: string | number | null,
): Options {
  return { ...options, [name]: value };
}

export function setPolicy(options: Options, field: string, policy: BlankPolicy | null): Options {
  const chosen = { [field]: policy === "default" ? null : policy };
  return { ...options, blank: { ...NO_BLANK, ...options.blank, ...chosen } };
}

export function policyOf({ blank }: Pick<Options, "blank">, field: string): BlankPolicy {
  const policy = String(readProperty(blank, field));
  return findChoice(POLICIES, policy) ?? "default";
}

/** Return only the options that change a preview. */
export function previewOptions(options: Options): Options {
  const threshold = OPTIONS.filter(({ group }) => group === "threshold");
  const unset = Object.fromEntries(threshold.map(({ name }) => [name, NO_OPTIONS[name]]));
  return { ...options, ...unset, blank: NO_BLANK };
}

/** Return the value of an option in a preview or in a job's `detected`; null if it isn't there. */
export function findDetected({ name }: Option, source: object | null): string | null {
  const value = readProperty(source, name);
  return typeof value === "string" ? value.replace(/-[lb]e$/, "") : null; // utf-16-le is UTF-16
}

/** Assign a field to a column; another column loses it, since a field has one column at most. */
export function assignField(options: Options, header: string, field: ColumnField): Options {
  const others = Object.entries(options.mapping ?? {}).filter(
    ([name, other]) => name !== header && (other !== field || !isSingle(field)),
  );
  return { ...options, mapping: Object.fromEntries([...others, [header, field]]) };
}

/** Return the field chosen for a column, by default the detected one. */
export function fieldOf({ mapping }: Options, header: string, detected: ColumnField): ColumnField {
  const chosen = new Map(Object.entries(mapping ?? {})).get(header);
  return chosen === undefined ? detected : chosen;
}

/** Return options that read a UTF-8 file of an earlier import's records as that import did. */
export function optionsLike(job: Pick<ImportJob, "options" | "detected">): Options {
  const fields = Object.entries(job.detected?.columns ?? {}).map(
    ([header, field]) => [header, findChoice(COLUMN_FIELDS, field ?? "")] as const,
  );
  const values = OPTIONS.map((option) => [option.name, valueLike(option, job)]);
  return {
    ...NO_OPTIONS,
    ...Object.fromEntries(values),
    encoding: "utf-8",
    match: matchLike(job.options.match),
    mapping: Object.fromEntries(fields),
    blank: blankLike(job.options.blank),
  };
}

function valueLike(option: Option, job: Pick<ImportJob, "options" | "detected">) {
  const given = readProperty(job.options, option.name);
  if (option.kind !== "choice") return typeof given === "number" ? given : null;
  return findChoice(option.choices, findDetected(option, job.detected) ?? String(given));
}

function matchLike(given: unknown): string | null {
  return typeof given === "string" ? given : null;
}

function blankLike(given: unknown): Blank {
  const policies = BLANK_FIELDS.map(({ name, blank }) => {
    const policy = blank.find((one) => one === readProperty(given, name)) ?? null;
    return [name, policy];
  });
  return Object.fromEntries(policies) as Blank;
}

/** `choices` must label every value of the API, otherwise it doesn't compile. */
function makeChoice<N extends SimpleName>(
  name: N,
  label: string,
  group: Group,
  choices: Record<NonNullable<Options[N]>, string>,
): Option {
  return { name, label, group, kind: "choice", choices: Object.entries(choices) };
}

function readProperty(source: unknown, name: string): unknown {
  return new Map(Object.entries(typeof source === "object" && source ? source : {})).get(name);
}

function isSingle(field: ColumnField): boolean {
  return field !== null && field !== "attributes";
}
