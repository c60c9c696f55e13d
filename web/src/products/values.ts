/**
 * A product's values by name, as the texts that a form has: what tells changes, and puts two people's
 * changes together.
 *
 * An attribute's name is `attributes.colour`, as the API names it in its messages. What a product does
 * not have is no text: an empty price is no price, an absent attribute has no name.
 */

import type { Schema } from "../api/client";

export type Product = Schema["Product"];
export type Values = Record<string, string>;

/** A value that somebody else changed meanwhile, and that is not what the form has. */
export interface Clash {
  name: string;
  before: string | undefined;
  theirs: string | undefined;
  yours: string | undefined;
  /** Whether the form changed it, too: then somebody has to decide. */
  isYours: boolean;
}

export type Choices = Record<string, "theirs" | "yours">;

const ATTRIBUTE = "attributes.";

export function nameAttribute(name: string): string {
  return ATTRIBUTE + name;
}

/** Return the attribute's own name, or undefined for a field of the product. */
export function readAttributeName(name: string): string | undefined {
  return name.startsWith(ATTRIBUTE) ? name.slice(ATTRIBUTE.length) : undefined;
}

export function valuesOf(product: Product): Values {
  const values: Values = {
    sku: product.sku,
    name: product.name,
    description: product.description,
    price: product.price ?? "",
    quantity: product.quantity === null ? "" : String(product.quantity),
    active: String(product.active),
  };
  for (const [name, text] of Object.entries(product.attributes)) values[ATTRIBUTE + name] = text;
  return values;
}

/** Return the merge patch that makes one into the other: only what differs. */
export function makePatch(from: Values, to: Values): Schema["PatchProduct"] {
  const changed = (name: string) => (from[name] === to[name] ? undefined : to[name]);
  const active = changed("active");
  const attributes = changedNames(from, to).flatMap((name) => {
    const attribute = readAttributeName(name);
    return attribute === undefined ? [] : [[attribute, to[name] ?? null]];
  });
  const patch = {
    sku: changed("sku"),
    name: changed("name"),
    description: changed("description"),
    price: readPrice(changed("price")),
    quantity: readQuantity(changed("quantity")),
    active: active === undefined ? undefined : active === "true",
    attributes: attributes.length ? Object.fromEntries(attributes) : undefined,
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

export function makeProduct(values: Values): Schema["WriteProduct"] {
  const attributes = Object.entries(values).flatMap(([name, text]) => {
    const attribute = readAttributeName(name);
    return attribute === undefined ? [] : [[attribute, text]];
  });
  return {
    sku: values.sku ?? "",
    name: values.name ?? "",
    description: values.description ?? "",
    price: readPrice(values.price) ?? null,
    quantity: readQuantity(values.quantity) ?? null,
    active: values.active === "true",
    attributes: Object.fromEntries(attributes),
  };
}

/** Return what somebody else changed `before` into, where the form does not have the same. */
export function findClashes(before: Values, theirs: Values, yours: Values): Clash[] {
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

/** Return what the form changed and nobody else did: it is kept whatever is chosen. */
export function findOwn(before: Values, theirs: Values, yours: Values): string[] {
  const theirNames = new Set(changedNames(before, theirs));
  return changedNames(before, yours).filter((name) => !theirNames.has(name));
}

/** Put both people's changes together; where they clash, as chosen, and else as they have it. */
export function mergeValues(
  before: Values,
  theirs: Values,
  yours: Values,
  choices: Choices,
): Values {
  const merged = { ...theirs };
  const clashes = new Set(findClashes(before, theirs, yours).map(({ name }) => name));
  for (const name of new Set([...changedNames(before, yours), ...clashes])) {
    if (clashes.has(name) && choices[name] !== "yours") continue;
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

function readPrice(text: string | undefined): string | null | undefined {
  return text === undefined ? undefined : text.trim() || null;
}

function readQuantity(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  return text.trim() ? Number(text) : null;
}
