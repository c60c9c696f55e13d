/** The file that an import was of, for those who know imports by their files. */

import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";

/** Return the import's filename, or undefined until it is known, or when it cannot be. */
export function useImportName(jobId: string | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: ["import-name", jobId],
    queryFn: ({ signal }) => {
      const path = { job_id: jobId ?? "" };
      return ask(api.GET("/jobs/{job_id}", { params: { path }, signal }));
    },
    enabled: jobId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.kind === "import" ? data.filename : undefined;
}
