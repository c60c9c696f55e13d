/** A bulk delete that was begun here, followed until its end. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask } from "../../api/client";
import type { OnceHeader } from "../../api/once";
import { isFinal, jobQuery } from "../../jobs/job";
import { type Filters, toApiFilter } from "../filters";
import { renewLists } from "../list";

/** Which products are meant: those that pass the filters, or, without filters, every one. */
export type Selection = Filters | null;

export type Deletion = ReturnType<typeof useDeletion>;

/** Follow one bulk delete, whether its dialog is open or not; at its end the list is read anew. */
export function useDeletion() {
  const queries = useQueryClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const following = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== null });
  const job = following.data?.job.kind === "bulk_delete" ? following.data.job : undefined;
  const isOver = job !== undefined && isFinal(job);
  useEffect(() => {
    if (isOver) renewLists(queries);
  }, [isOver, queries]);
  return { jobId, job, isOver, error: following.error, follow: setJobId };
}

export async function countSelected(selection: Selection, signal: AbortSignal): Promise<number> {
  const body = { ...bodyOf(selection, null), dry_run: true };
  const answered = await ask(api.POST("/products/bulk-delete", { body, signal }));
  return "count" in answered ? answered.count : 0;
}

/** Begin to delete as many products as were shown; return the job's id. */
export async function beginDeletion(
  selection: Selection,
  count: number,
  header: OnceHeader,
): Promise<string> {
  const body = { ...bodyOf(selection, count), dry_run: false };
  const answered = await ask(api.POST("/products/bulk-delete", { body, params: { header } }));
  return "job_id" in answered ? answered.job_id : "";
}

function bodyOf(selection: Selection, expected_count: number | null) {
  const which = selection
    ? { filter: toApiFilter(selection), all: null }
    : { filter: null, all: true as const };
  return { ...which, skus: null, expected_count };
}
