/** A bulk delete that was begun here, followed until its end. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask, type Schema } from "../../api/client";
import { type Filters, toApiFilter } from "../filters";
import { renewLists } from "../list";

export type BulkDeleteJob = Schema["BulkDeleteJob"];

/** Which products are meant: those that pass the filters, or, without filters, every one. */
export type Selection = Filters | null;

const POLL_MS = 800;
const FINAL = new Set<BulkDeleteJob["status"]>(["COMPLETED", "FAILED", "CANCELLED"]);

export type Deletion = ReturnType<typeof useDeletion>;

/** Follow one bulk delete, whether its dialog is open or not; at its end the list is read anew. */
export function useDeletion() {
  const queries = useQueryClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const following = useQuery({
    queryKey: ["bulk-delete", jobId],
    queryFn: ({ signal }) => readJob(jobId ?? "", signal),
    enabled: jobId !== null,
    refetchInterval: ({ state }) => (state.data && isFinal(state.data) ? false : POLL_MS),
  });
  const cancelling = useMutation({
    mutationFn: () => cancelJob(jobId ?? ""),
    onSuccess: () => following.refetch(),
  });
  const job = following.data;
  const isOver = job !== undefined && isFinal(job);
  useEffect(() => {
    if (isOver) renewLists(queries);
  }, [isOver, queries]);
  return { jobId, job, isOver, error: following.error, cancelling, follow: setJobId };
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
  once: { "Idempotency-Key": string },
): Promise<string> {
  const body = { ...bodyOf(selection, count), dry_run: false };
  const params = { header: once };
  const answered = await ask(api.POST("/products/bulk-delete", { body, params }));
  return "job_id" in answered ? answered.job_id : "";
}

function bodyOf(selection: Selection, expected_count: number | null) {
  const which = selection
    ? { filter: toApiFilter(selection), all: null }
    : { filter: null, all: true as const };
  return { ...which, skus: null, expected_count };
}

function isFinal(job: BulkDeleteJob): boolean {
  return FINAL.has(job.status);
}

async function readJob(jobId: string, signal: AbortSignal): Promise<BulkDeleteJob> {
  const params = { path: { job_id: jobId } };
  const job = await ask(api.GET("/jobs/{job_id}", { params, signal }));
  if (job.kind !== "bulk_delete") throw new Error(`${jobId} deletes nothing.`);
  return job;
}

function cancelJob(jobId: string) {
  return ask(api.POST("/jobs/{job_id}/cancel", { params: { path: { job_id: jobId } } }));
}
