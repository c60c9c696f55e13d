/** A job, watched until it has ended: asked for as often as the API says, and for what is new. */

import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answerOf, api, ask, type Schema } from "../api/client";
import { isPassing, ProblemError, readProblem } from "../api/problems";

export type Job = Schema["Job"];
export type ImportJob = Schema["ImportJob"];
export type BulkDeleteJob = Schema["BulkDeleteJob"];
export type JobSummary = Schema["JobSummary"];

/** A job as it was answered, and when to ask again. */
export interface Watched {
  job: Job;
  etag: string;
  askAgainMs: number | false;
}

const KEPT_FOR_MS = 60_000;
const PAUSE_MS = 2_000;

export function isFinal({ status }: Pick<Job, "status">): boolean {
  return status === "COMPLETED" || status === "FAILED" || status === "CANCELLED";
}

export function jobKey(jobId: string) {
  return ["job", jobId] as const;
}

/** The query of a job; it goes on asking until the job has ended. */
export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: jobKey(jobId),
    queryFn: ({ client, signal }) =>
      readJob(jobId, client.getQueryData<Watched>(jobKey(jobId)), signal),
    refetchInterval: ({ state }) => pauseFor(state.data, state.error),
    staleTime: 500,
    gcTime: KEPT_FOR_MS,
  });
}

/** Return when to ask again; never where nothing would come of it. */
function pauseFor(watched: Watched | undefined, error: unknown): number | false {
  if (error && !isPassing(error)) return false;
  return watched?.askAgainMs ?? PAUSE_MS;
}

/** Read a job; the one that is known already is returned where nothing is new. */
export async function readJob(
  jobId: string,
  known?: Watched,
  signal?: AbortSignal,
): Promise<Watched> {
  const headers = known ? { "If-None-Match": known.etag } : undefined;
  const params = { path: { job_id: jobId }, header: headers };
  const asking = api.GET("/jobs/{job_id}", { params, signal });
  const { data, error, response } = await answerOf(asking);
  if (response.status === 304 && known) return known;
  if (!data) throw new ProblemError(readProblem(response, error));
  const seconds = Number(response.headers.get("Retry-After") ?? 1);
  const askAgainMs = isFinal(data) ? false : seconds * 1_000;
  return { job: data, etag: response.headers.get("ETag") ?? "", askAgainMs };
}

/** Ask that a job be cancelled, or tried again, and show it as it is then. */
export function useJobAction(jobId: string, action: "cancel" | "retry") {
  const queries = useQueryClient();
  const params = { path: { job_id: jobId } };
  return useMutation({
    mutationFn: () =>
      ask(
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
