/** A job started here, polled until it finishes. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isFinal, type Job, jobQuery } from "./job";

export type JobOf<K extends Job["kind"]> = Extract<Job, { kind: K }>;

/** Poll a job of a kind, from the moment its id is passed to `follow`. */
export function useFollowedJob<K extends Job["kind"]>(kind: K) {
  const [jobId, follow] = useState<string | null>(null);
  const following = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== null });
  const found = following.data?.job;
  const job = found?.kind === kind ? (found as JobOf<K>) : undefined;
  const isFinished = job !== undefined && isFinal(job);
  return { jobId, job, isFinished, error: following.error, follow };
}
