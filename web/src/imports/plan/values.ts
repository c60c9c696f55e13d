/** The values of planned changes as text. */

import { findField } from "../../products/fields";
import type { ChangedField, PlannedChange } from "./plan";

type FieldChange = PlannedChange["changes"][string];

/** A value before and after, as text; empty if the product has none. */
export interface ValueChange {
  /** The attribute; undefined for a field of its own. */
  name?: string;
  before: string;
  after: string;
}

/** Return what changes in a field: one value, or each attribute that differs. */
export function listValues(field: ChangedField, change: FieldChange): ValueChange[] {
  if (field === "attributes") return listAttributes(change);
  return [{ before: toText(field, change.before), after: toText(field, change.after) }];
}

/** Return the change of a price in percent of the price before; undefined without one. */
export function percentOf({ before, after }: ValueChange): number | undefined {
  const [from, to] = [Number(before), Number(after)];
  if (before === "" || after === "" || !from) return undefined;
  return ((to - from) / from) * 100;
}

function listAttributes({ before, after }: FieldChange): ValueChange[] {
  const [old, now] = [toEntries(before), toEntries(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => {
    const [from, to] = [old.get(name) ?? "", now.get(name) ?? ""];
    return from === to ? [] : [{ name, before: from, after: to }];
  });
}

function toEntries(value: FieldChange["before"]): Map<string, string> {
  return new Map(Object.entries(typeof value === "object" && value ? value : {}));
}

function toText(name: ChangedField, value: FieldChange["before"]): string {
  if (value === null || typeof value === "object") return "";
  if (findField(name)?.kind === "boolean") return value ? "yes" : "no";
  return String(value);
}
