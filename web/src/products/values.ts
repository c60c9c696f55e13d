/**
 * A product's values as the texts of a form: comparing them, and merging two people's changes.
 *
 * The key of an attribute is `attributes.colour`, as in the API's errors. A blank price means null; an
 * attribute that a product doesn't have has no key.
 */

import type { Schema } from "../api/client";
import { FIELDS, type ProductField, toApiValue, toText } from "./fields";

export type Product = Schema["Product"];
export type Values = Record<string, string>;

/** A value that someone else changed meanwhile and that differs from the form's. */
export interface FieldConflict {
  name: string;
  before: string | undefined;
  theirs: string | undefined;
  yours: string | undefined;
  /** Whether the form changed it too, so that someone must choose. */
  isYours: boolean;
}

export type Choices = Record<string, "theirs" | "yours">;

const ATTRIBUTE = "attributes.";

export function attributeKey(name: string): string {
  return ATTRIBUTE + name;
}

/** Return the attribute's name, or undefined if the key names a field. */
export function attributeName(key: string): string | undefined {
  return key.startsWith(ATTRIBUTE) ? key.slice(ATTRIBUTE.length) : undefined;
}

export function valuesOf(product: Product): Values {
  return Object.fromEntries([
    ...FIELDS.map(({ name }) => [name, toText(product[name])]),
    ...Object.entries(product.attributes).map(([name, text]) => [attributeKey(name), text]),
  ]);
}

/** Return the merge patch that turns `from` into `to`: only what differs. */
export function makePatch(from: Values, to: Values): Schema["PatchProduct"] {
  const attributes = changedNames(from, to).flatMap((key) => {
    const name = attributeName(key);
    return name === undefined ? [] : [[name, to[key] ?? null]];
  });
  const changed = FIELDS.filter(({ name }) => from[name] !== to[name]);
  return {
    ...toApiValues(changed, to),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  };
}

export function makeProduct(values: Values): Schema["WriteProduct"] {
  const attributes = Object.entries(values).flatMap(([key, text]) => {
    const name = attributeName(key);
    return name === undefined ? [] : [[name, text]];
  });
  const { sku = "", name = "", ...optional } = toApiValues(FIELDS, values);
  return { sku, name, ...optional, attributes: Object.fromEntries(attributes) };
}

/** Return the values that someone else changed since `before` and that differ from the form's. */
export function findConflicts(before: Values, theirs: Values, yours: Values): FieldConflict[] {
  return changedNames(before, theirs)
    .filter((name) => theirs[name] !== yours[name])
    .map((name) => ({
      name,
      before: before[name],
      theirs: theirs[name],
      yours: yours[name],
      isYours: before[name] !== yours[name],
    }));
}

/** Return the names that only the form changed; these changes are always saved. */
export function findOwnChanges(before: Values, theirs: Values, yours: Values): string[] {
  const theirNames = new Set(changedNames(before, theirs));
  return changedNames(before, yours).filter((name) => !theirNames.has(name));
}

/** Merge both people's changes. A conflict without a choice keeps their value. */
export function mergeValues(
  before: Values,
  theirs: Values,
  yours: Values,
  choices: Choices,
): Values {
  const merged = { ...theirs };
  const conflicts = new Set(findConflicts(before, theirs, yours).map(({ name }) => name));
  for (const name of new Set([...changedNames(before, yours), ...conflicts])) {
    if (conflicts.has(name) && choices[name] !== "yours") continue;
    const value = yours[name];
    if (value === undefined) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

export function isSame(one: Values, other: Values): boolean {
  return changedNames(one, other).length === 0;
}

function changedNames(from: Values, to: Values): string[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].filter((name) => from[name] !== to[name]);
}

/** The field's kind decides the type of its value, which TypeScript can't follow. */
function toApiValues(fields: ProductField[], values: Values): Schema["PatchProduct"] {
  return Object.fromEntries(
    fields.map((field) => [field.name, toApiValue(field, values[field.name] ?? "")]),
  ) as Schema["PatchProduct"];
}
