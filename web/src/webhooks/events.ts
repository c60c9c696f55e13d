/** The events of webhooks and their descriptions. */

import type { Schema } from "../api/client";

export type Chosen = NonNullable<Schema["CreateWebhook"]["event_types"]>;
export type EventType = Exclude<Chosen[number], "*">;

/** All job events, including types added later. */
export const ALL = "*";
export const ALL_LABEL = "All job events";

export const EVENTS: Record<EventType, string> = {
  "import.planned": "Import has a plan to apply",
  "import.completed": "Import completed",
  "import.failed": "Import failed",
  "import.cancelled": "Import cancelled",
  "products.deleted": "Bulk delete finished",
  "export.completed": "Export completed",
  "export.failed": "Export failed",
  "revert.completed": "Undo completed",
  "revert.failed": "Undo failed",
  "product.created": "Product created on this page or by the API",
  "product.updated": "Product updated on this page or by the API",
  "product.deleted": "Product deleted on this page or by the API",
};
/** Events of single products. There can be many, so `*` doesn't include them. */
export const PRODUCT_EVENTS: EventType[] = [
  "product.created",
  "product.updated",
  "product.deleted",
];
export const JOB_EVENTS: EventType[] = listEvents().filter(
  (type) => !PRODUCT_EVENTS.includes(type),
);
const ORDER: Chosen = [ALL, ...listEvents()];

export function isChosenType(name: string): name is Chosen[number] {
  return name === ALL || name in EVENTS;
}

/** Whether the chosen types include a type. */
export function includesType(chosen: Chosen, type: EventType): boolean {
  return chosen.includes(type) || (chosen.includes(ALL) && !PRODUCT_EVENTS.includes(type));
}

/** Return the chosen types with one added or removed; `*` replaces the types it includes. */
export function chooseType(chosen: Chosen, type: Chosen[number], isChosen: boolean): Chosen {
  const others = chosen.filter((other) => other !== type);
  if (!isChosen) return others;
  const kept = type === ALL ? others.filter((other) => isProductEvent(other)) : others;
  return ORDER.filter((other) => other === type || kept.includes(other));
}

/** Describe the chosen types in a list of webhooks. */
export function describeEvents(types: readonly string[]): string {
  return types.map((type) => (type === ALL ? ALL_LABEL : type)).join(", ");
}

function isProductEvent(type: Chosen[number]): boolean {
  return type !== ALL && PRODUCT_EVENTS.includes(type);
}

function listEvents(): EventType[] {
  return Object.keys(EVENTS).filter((name): name is EventType => name in EVENTS);
}
