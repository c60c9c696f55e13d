/** Requests for the changes of a plan, and to apply it. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, nextCursor, request } from "../../api/client";
import { type ImportJob, jobKey } from "../../jobs/job";
import type { ChangeFilters, OnDrift, Plan } from "./plan";

const PAGE = 50;

/** The changes of a plan. A new plan has others. */
export function useChanges({ job_id, attempt }: ImportJob, filters: ChangeFilters) {
  return useInfiniteQuery({
    queryKey: ["changes", job_id, attempt, filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...filters, ...(pageParam && { cursor: pageParam }) };
      const params = { path: { job_id }, query };
      return request(api.GET("/imports/{job_id}/changes", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Apply a plan if it still has the counts that the reader has seen. */
export function useApply(job: ImportJob, plan: Plan) {
  const queries = useQueryClient();
  const params = { path: { job_id: job.job_id } };
  return useMutation({
    mutationFn: (on_drift: OnDrift) => {
      const body = { expected_counts: plan.counts, on_drift };
      return request(api.POST("/imports/{job_id}/apply", { params, body }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(job.job_id) }),
  });
}
