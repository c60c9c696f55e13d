/** The values of a webhook's form. */

import type { Chosen } from "./events";

export interface Draft {
  url: string;
  event_types: Chosen;
  description: string;
}

export function isDraftField(name: string): name is keyof Draft {
  return name === "url" || name === "event_types" || name === "description";
}

/** Return only the changed values: someone else may have changed the others meanwhile. */
export function findChanges(before: Draft, after: Draft): Partial<Draft> {
  const isSameChoice = before.event_types.join() === after.event_types.join();
  return {
    ...(after.url !== before.url && { url: after.url }),
    ...(!isSameChoice && { event_types: after.event_types }),
    ...(after.description !== before.description && { description: after.description }),
  };
}
