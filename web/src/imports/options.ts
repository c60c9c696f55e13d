/**
 * The options of an import, and the fields and policies that they refer to.
 *
 * The mapping of columns and the handling of blank cells derive from the product fields.
 */

import type { Schema } from "../api/client";
import { type BlankPolicy, FIELDS } from "../products/fields";
import { KEEP_MISSING } from "./missing";
import {
  type Blank,
  type Choices,
  type ColumnField,
  OPTIONS,
  type Option,
  type OptionName,
  type Options,
  type OptionValue,
} from "./optionTable";

export {
  type Blank,
  type Choices,
  type ColumnField,
  type Group,
  OPTIONS,
  type Option,
  type Options,
  type OptionValue,
} from "./optionTable";

/** Whether an import is applied at once, or after a look at its plan. */
export type Apply = Schema["ImportJob"]["apply"];

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
  ...KEEP_MISSING,
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
  return { ...options, ...unset, blank: NO_BLANK, ...KEEP_MISSING };
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

export function readProperty(source: unknown, name: string): unknown {
  return new Map(Object.entries(typeof source === "object" && source ? source : {})).get(name);
}

function isSingle(field: ColumnField): boolean {
  return field !== null && field !== "attributes";
}
