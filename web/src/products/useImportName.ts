/** The filename of an import. */

import { useQuery } from "@tanstack/react-query";
import { api, request } from "../api/client";

/** Return the import's filename; undefined until it is loaded, or if it can't be. */
export function useImportName(jobId: string | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: ["import-name", jobId],
    queryFn: ({ signal }) => {
      const path = { job_id: jobId ?? "" };
      return request(api.GET("/jobs/{job_id}", { params: { path }, signal }));
    },
    enabled: jobId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.kind === "import" ? data.filename : undefined;
}
