/**
 * What was edited since a list was read, laid over its rows.
 *
 * A page that was asked for before an edit shows what was before it, whenever it comes. So edits are
 * not written into the pages but kept beside them, with their time.
 */

import { type QueryClient, skipToken, useQuery } from "@tanstack/react-query";
import type { Listed, Page } from "./list";

/** Null: it was deleted. */
type Change = Partial<Listed> | null;
export type Changes = ReadonlyMap<number, { at: number; change: Change }>;

const KEY = ["product-changes"];
const NONE: Changes = new Map();

export function useChanges(): Changes {
  const { data } = useQuery<Changes>({ queryKey: KEY, queryFn: skipToken, gcTime: Infinity });
  return data ?? NONE;
}

export function noteChange(queries: QueryClient, id: number, change: Change): void {
  queries.setQueryDefaults(KEY, { gcTime: Infinity });
  queries.setQueryData<Changes>(KEY, (changes = NONE) => {
    const before = changes.get(id)?.change;
    const whole = change === null || before === null ? change : { ...before, ...change };
    return new Map(changes).set(id, { at: Date.now(), change: whole });
  });
}

/** Return the rows of the pages as they are now. */
export function layOver(pages: Page[], changes: Changes): Listed[] {
  return pages.flatMap(({ items, asked_at }) =>
    changes.size === 0 ? items : items.flatMap((item) => layOverRow(item, asked_at, changes)),
  );
}

function layOverRow(item: Listed, askedAt: number, changes: Changes): Listed[] {
  const later = changes.get(item.id);
  if (!later || later.at < askedAt) return [item];
  return later.change === null ? [] : [{ ...item, ...later.change }];
}
