/** The bulk delete started here, polled until it finishes. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, request } from "../../api/client";
import type { IdempotencyHeader } from "../../api/idempotency";
import { isFinal, jobQuery } from "../../jobs/job";
import { type Filters, toApiFilter } from "../filters";
import { reloadLists } from "../list";

/** The selected products: those matching the filters, or all products if null. */
export type Selection = Filters | null;

export type Deletion = ReturnType<typeof useDeletion>;

/** Poll a bulk delete, whether its dialog is open or not; reload the list when it finishes. */
export function useDeletion() {
  const queries = useQueryClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const following = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== null });
  const job = following.data?.job.kind === "bulk_delete" ? following.data.job : undefined;
  const isFinished = job !== undefined && isFinal(job);
  useEffect(() => {
    if (isFinished) reloadLists(queries);
  }, [isFinished, queries]);
  return { jobId, job, isFinished, error: following.error, follow: setJobId };
}

export async function countSelected(selection: Selection, signal: AbortSignal): Promise<number> {
  const body = { ...bodyOf(selection, null), dry_run: true };
  const result = await request(api.POST("/products/bulk-delete", { body, signal }));
  return "count" in result ? result.count : 0;
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
