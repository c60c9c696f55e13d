/** Jobs and how they are polled: at the interval the API sets, with ETags, until they finish. */

import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, awaitResult, request, type Schema } from "../api/client";
import { isTransient, ProblemError, parseProblem } from "../api/problems";

export type Job = Schema["Job"];
export type ImportJob = Schema["ImportJob"];
export type BulkDeleteJob = Schema["BulkDeleteJob"];
export type ExportJob = Schema["ExportJob"];
export type RevertJob = Schema["RevertJob"];
export type JobSummary = Schema["JobSummary"];

/** A job as last read, and when to poll it again. */
export interface JobSnapshot {
  job: Job;
  etag: string;
  pollAfterMs: number | false;
}

const CACHED_MS = 60_000;
const DEFAULT_POLL_MS = 2_000;

export function isFinal({ status }: Pick<Job, "status">): boolean {
  return status === "COMPLETED" || status === "FAILED" || status === "CANCELLED";
}

/** Whether nothing runs until the reader acts: the job is final or waits for its plan's apply. */
export function hasSettled(job: Pick<Job, "status">): boolean {
  return isFinal(job) || job.status === "PLANNED";
}

export function jobKey(jobId: string) {
  return ["job", jobId] as const;
}

/** The query of a job, polled until the job finishes. */
export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: jobKey(jobId),
    queryFn: ({ client, signal }) =>
      readJob(jobId, client.getQueryData<JobSnapshot>(jobKey(jobId)), signal),
    refetchInterval: ({ state }) => pollInterval(state.data, state.error),
    staleTime: 500,
    gcTime: CACHED_MS,
  });
}

/** Return when to poll again; false after a permanent error. */
function pollInterval(snapshot: JobSnapshot | undefined, error: unknown): number | false {
  if (error && !isTransient(error)) return false;
  return snapshot?.pollAfterMs ?? DEFAULT_POLL_MS;
}

/** Read a job; return `known` if it is unchanged. */
export async function readJob(
  jobId: string,
  known?: JobSnapshot,
  signal?: AbortSignal,
): Promise<JobSnapshot> {
  const headers = known ? { "If-None-Match": known.etag } : undefined;
  const params = { path: { job_id: jobId }, header: headers };
  const pending = api.GET("/jobs/{job_id}", { params, signal });
  const { data, error, response } = await awaitResult(pending);
  if (response.status === 304 && known) return known;
  if (!data) throw new ProblemError(parseProblem(response, error));
  const seconds = Number(response.headers.get("Retry-After") ?? 1);
  const pollAfterMs = isFinal(data) ? false : seconds * 1_000;
  return { job: data, etag: response.headers.get("ETag") ?? "", pollAfterMs };
}

/** Cancel or retry a job, then refresh it. */
export function useJobAction(jobId: string, action: "cancel" | "retry") {
  const queries = useQueryClient();
  const params = { path: { job_id: jobId } };
  return useMutation({
    mutationFn: () =>
      request(
        action === "cancel"
          ? api.POST("/jobs/{job_id}/cancel", { params })
          : api.POST("/jobs/{job_id}/retry", { params }),
      ),
    onSettled: () => refresh(queries, jobId),
  });
}

function refresh(queries: QueryClient, jobId: string): Promise<void> {
  void queries.invalidateQueries({ queryKey: ["jobs"] });
  return queries.invalidateQueries({ queryKey: jobKey(jobId) });
}
