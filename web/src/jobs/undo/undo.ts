/** Requests that undo jobs. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, nextCursor, request } from "../../api/client";
import type { IdempotencyHeader } from "../../api/idempotency";
import type { RevertJob } from "../job";
import type { OnConflict, RevertPreview } from "./describe";

const PAGE = 50;

/** What an undo of the job would do; read again whenever the dialog opens. */
export function useRevertPreview(jobId: string, on_conflict: OnConflict) {
  return useQuery({
    queryKey: ["revert-preview", jobId, on_conflict],
    queryFn: async ({ signal }) => {
      const params = { path: { job_id: jobId } };
      const body = { dry_run: true, on_conflict };
      const found = await request(api.POST("/jobs/{job_id}/revert", { params, body, signal }));
      return found as RevertPreview;
    },
    staleTime: Number.POSITIVE_INFINITY, // it must not change while it is read
    gcTime: 0,
  });
}

/** Start an undo; return the id of its job. */
export async function startRevert(
  jobId: string,
  on_conflict: OnConflict,
  header: IdempotencyHeader,
): Promise<string> {
  const params = { path: { job_id: jobId }, header };
  const body = { dry_run: false, on_conflict };
  return (await request(api.POST("/jobs/{job_id}/revert", { params, body }))).job_id;
}

/** The conflicts of a finished undo, page by page. */
export function useConflicts({ job_id, attempt }: RevertJob) {
  return useInfiniteQuery({
    queryKey: ["conflicts", job_id, attempt],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      const params = { path: { job_id }, query };
      return request(api.GET("/jobs/{job_id}/conflicts", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
