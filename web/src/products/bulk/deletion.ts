/** The bulk delete started here, polled until it finishes. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, request, type Schema } from "../../api/client";
import type { IdempotencyHeader } from "../../api/idempotency";
import { useFollowedJob } from "../../jobs/followed";
import { type Filters, toApiFilter } from "../filters";
import { reloadLists } from "../list";

/** The selected products: those matching the filters, or all products if null. */
export type Selection = Filters | null;

export type Deletion = ReturnType<typeof useDeletion>;

/** Poll a bulk delete, whether its dialog is open or not; reload the list when it finishes. */
export function useDeletion() {
  const queries = useQueryClient();
  const deletion = useFollowedJob("bulk_delete");
  const { isFinished } = deletion;
  useEffect(() => {
    if (isFinished) reloadLists(queries);
  }, [isFinished, queries]);
  return deletion;
}

/** How many products a deletion would delete, and until when it could be undone. */
export type Selected = Schema["SelectedCount"];

export async function countSelected(selection: Selection, signal: AbortSignal): Promise<Selected> {
  const body = { ...bodyOf(selection, null), dry_run: true };
  return (await request(api.POST("/products/bulk-delete", { body, signal }))) as Selected;
}

/** Start deleting exactly `count` products; return the job's id. */
export async function startDeletion(
  selection: Selection,
  count: number,
  header: IdempotencyHeader,
): Promise<string> {
  const body = { ...bodyOf(selection, count), dry_run: false };
  const result = await request(api.POST("/products/bulk-delete", { body, params: { header } }));
  return "job_id" in result ? result.job_id : "";
}

function bodyOf(selection: Selection, expected_count: number | null) {
  const which = selection
    ? { filter: toApiFilter(selection), all: null }
    : { filter: null, all: true as const };
  return { ...which, skus: null, expected_count };
}
