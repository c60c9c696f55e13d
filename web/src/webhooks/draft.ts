/** A webhook as its form has it. */

import type { Chosen } from "./events";

export interface Draft {
  url: string;
  event_types: Chosen;
  description: string;
}

export function isOfDraft(name: string): name is keyof Draft {
  return name === "url" || name === "event_types" || name === "description";
}

/** Return what was changed: the rest may have been changed by somebody else meanwhile. */
export function changesOf(before: Draft, after: Draft): Partial<Draft> {
  const isSameChoice = before.event_types.join() === after.event_types.join();
  return {
    ...(after.url !== before.url && { url: after.url }),
    ...(!isSameChoice && { event_types: after.event_types }),
    ...(after.description !== before.description && { description: after.description }),
  };
}
