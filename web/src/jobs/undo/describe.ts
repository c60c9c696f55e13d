/** The words for what an undo does. */

import type { Schema } from "../../api/client";
import { formatCount } from "../../ui/format";
import type { RevertJob } from "../job";

export type RevertPreview = Schema["RevertPreview"];
export type Conflict = Schema["Conflict"];
export type OnConflict = RevertJob["on_conflict"];
type Counts = Schema["RevertCounts"];

/** `Record` lists every reason of the API, otherwise it doesn't compile. */
const REASONS: Record<Conflict["reason"], string> = {
  changed_since: "Changed since",
  deleted_since: "Deleted since",
  created_again: "Created again since",
  sku_taken: "Another product has its SKU now",
};

export function describeReason({ reason }: Conflict): string {
  return REASONS[reason];
}

/** Describe what an undo will do, one sentence for each kind of change. */
export function describePlan({ restored, deleted, recreated }: Counts): string[] {
  return [
    ...sentence(restored, "gets its previous values back", "get their previous values back"),
    ...sentence(deleted, "that was new is deleted", "that were new are deleted"),
    ...sentence(recreated, "that was deleted comes back", "that were deleted come back"),
  ];
}

/** Describe what an undo has done: "12 restored, 3 deleted". */
export function describeResult({ restored, deleted, recreated }: Counts): string {
  const done: [number, string][] = [
    [restored, "restored"],
    [deleted, "deleted"],
    [recreated, "brought back"],
  ];
  const parts = done.flatMap(([count, word]) => (count ? [`${formatCount(count)} ${word}`] : []));
  return parts.length ? `${parts.join(", ")}.` : "No products were changed.";
}

/** Return how many products an undo changes, without those in conflict. */
export function countChanges({ restored, deleted, recreated }: Counts): number {
  return restored + deleted + recreated;
}

function sentence(count: number, one: string, many: string): string[] {
  if (!count) return [];
  return [count === 1 ? `1 product ${one}.` : `${formatCount(count)} products ${many}.`];
}
