/**
 * Edits made since a list was read, applied to its rows.
 *
 * A page requested before an edit shows the old product, however late it arrives. So edits aren't
 * written into pages but stored separately, with their time.
 */

import { type QueryClient, skipToken, useQuery } from "@tanstack/react-query";
import type { ListedProduct, Page } from "./listed";

/** Null if the product was deleted. */
type Change = Partial<ListedProduct> | null;
export type Changes = ReadonlyMap<number, { at: number; change: Change }>;

const KEY = ["product-changes"];
const NONE: Changes = new Map();

export function useChanges(): Changes {
  const { data } = useQuery<Changes>({ queryKey: KEY, queryFn: skipToken, gcTime: Infinity });
  return data ?? NONE;
}

export function recordChange(queries: QueryClient, id: number, change: Change): void {
  queries.setQueryDefaults(KEY, { gcTime: Infinity });
  queries.setQueryData<Changes>(KEY, (changes = NONE) => {
    const earlier = changes.get(id)?.change;
    const merged = change === null || earlier === null ? change : { ...earlier, ...change };
    return new Map(changes).set(id, { at: Date.now(), change: merged });
  });
}

/** Return the rows of the pages with the edits applied. */
export function applyChanges(pages: Page[], changes: Changes): ListedProduct[] {
  return pages.flatMap(({ items, requested_at }) =>
    changes.size === 0 ? items : items.flatMap((item) => applyToRow(item, requested_at, changes)),
  );
}

function applyToRow(item: ListedProduct, requestedAt: number, changes: Changes): ListedProduct[] {
  const later = changes.get(item.id);
  if (!later || later.at < requestedAt) return [item];
  return later.change === null ? [] : [{ ...item, ...later.change }];
}
