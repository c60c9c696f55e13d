/** The job that an undo reverts, as a name and a link. */

import { useQuery } from "@tanstack/react-query";
import { api, request } from "../../api/client";
import type { Job } from "../job";
import { describeSelection } from "../selection";

/** Return the job's name, as in "undo of …", and its page. */
export function useUndoneName(jobId: string): { name: string; path: string } {
  const { data } = useQuery({
    queryKey: ["undone", jobId],
    queryFn: ({ signal }) => {
      const params = { path: { job_id: jobId } };
      return request(api.GET("/jobs/{job_id}", { params, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY, // its name doesn't change
  });
  return data ? describeUndone(data) : { name: "a job", path: `jobs/${jobId}` };
}

function describeUndone(job: Job): { name: string; path: string } {
  switch (job.kind) {
    case "import":
      return { name: `the import of ${job.filename}`, path: `import/${job.job_id}` };
    case "bulk_delete": {
      const selection = describeSelection(job.selection);
      return { name: `the deletion of ${selection}`, path: `jobs/${job.job_id}` };
    }
    default:
      return { name: "an undo", path: `jobs/${job.job_id}` };
  }
}
