/** What a webhook may hear of, in plain words. */

import type { Schema } from "../api/client";

export type Chosen = NonNullable<Schema["CreateWebhook"]["event_types"]>;
export type EventType = Exclude<Chosen[number], "*">;

/** All that are no single edits, also kinds that come later. */
export const ALL = "*";
export const ALL_WORDS = "Every end of an import or a bulk delete";

export const EVENTS: Record<EventType, string> = {
  "import.completed": "An import is done",
  "import.failed": "An import failed",
  "import.cancelled": "An import was cancelled",
  "products.deleted": "A bulk delete has ended",
  "product.created": "A product was made by hand or by the API",
  "product.updated": "A product was changed by hand or by the API",
  "product.deleted": "A product was deleted by hand or by the API",
};
/** Single edits: there may be very many, so they are sent only where they are asked for by name. */
export const EDITS: EventType[] = ["product.created", "product.updated", "product.deleted"];
export const ENDS: EventType[] = listEvents().filter((type) => !EDITS.includes(type));
const ORDER: Chosen = [ALL, ...listEvents()];

export function isChosenType(name: string): name is Chosen[number] {
  return name === ALL || name in EVENTS;
}

/** Say whether events of a type are sent to who has chosen these. */
export function covers(chosen: Chosen, type: EventType): boolean {
  return chosen.includes(type) || (chosen.includes(ALL) && !EDITS.includes(type));
}

/** Return the choice with one more or one less; what `*` covers is not named beside it. */
export function choose(chosen: Chosen, type: Chosen[number], isChosen: boolean): Chosen {
  const others = chosen.filter((other) => other !== type);
  if (!isChosen) return others;
  const kept = type === ALL ? others.filter((other) => isEdit(other)) : others;
  return ORDER.filter((other) => other === type || kept.includes(other));
}

/** Name what was chosen, for a list of webhooks. */
export function nameChosen(types: readonly string[]): string {
  return types.map((type) => (type === ALL ? ALL_WORDS.toLowerCase() : type)).join(", ");
}

function isEdit(type: Chosen[number]): boolean {
  return type !== ALL && EDITS.includes(type);
}

function listEvents(): EventType[] {
  return Object.keys(EVENTS).filter((name): name is EventType => name in EVENTS);
}
