/** A product as its form has it while it is typed, and what is wrong with it before it is sent. */

import { nameAttribute, readAttributeName, type Values } from "./values";

export interface AttributeRow {
  /** Tells rows apart while their names are typed. */
  key: number;
  name: string;
  text: string;
}

export interface Draft {
  sku: string;
  name: string;
  description: string;
  price: string;
  quantity: string;
  active: boolean;
  attributes: AttributeRow[];
}

/** The fields of a draft that are a text. */
export type TextField = "sku" | "name" | "description" | "price" | "quantity";

export const NEW_PRODUCT: Values = {
  sku: "",
  name: "",
  description: "",
  price: "",
  quantity: "0",
  active: "true",
};

export function draftOf(values: Values): Draft {
  const attributes = Object.entries(values).flatMap(([name, text]) => {
    const attribute = readAttributeName(name);
    return attribute === undefined ? [] : [{ name: attribute, text }];
  });
  return {
    sku: values.sku ?? "",
    name: values.name ?? "",
    description: values.description ?? "",
    price: values.price ?? "",
    quantity: values.quantity ?? "",
    active: values.active === "true",
    attributes: attributes.map((attribute, key) => ({ key, ...attribute })),
  };
}

/** Return the values that a draft means; an attribute without a name or a text is none. */
export function readDraft(draft: Draft): Values {
  const { attributes, active, ...texts } = draft;
  const values: Values = { ...texts, active: String(active) };
  for (const { name, text } of attributes) {
    if (name.trim() && text.trim()) values[nameAttribute(name.trim())] = text;
  }
  return values;
}

export function isSameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Return what is wrong by field: only what could not even be sent. The API checks the rest. */
export function checkDraft(draft: Draft): Record<string, string> {
  const faults: Record<string, string> = {};
  if (!/^\s*(-?\d+)?\s*$/.test(draft.quantity)) faults.quantity = "A whole number, such as 12.";
  const names = new Set<string>();
  for (const { key, name, text } of draft.attributes) {
    const trimmed = name.trim();
    if (!trimmed && text.trim()) faults[nameRow(key)] = "Name the attribute, or remove it.";
    if (trimmed && names.has(trimmed)) faults[nameRow(key)] = "There is one of this name already.";
    names.add(trimmed);
  }
  return faults;
}

/** Return the name by which the fault of an attribute's row is kept. */
export function nameRow(key: number): string {
  return `row ${key}`;
}

export function addRow(rows: AttributeRow[]): AttributeRow[] {
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return [...rows, { key, name: "", text: "" }];
}
