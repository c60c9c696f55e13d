/** Downloads the file of an export; absent until the file exists. */

import { api, request } from "../api/client";
import { DownloadButton } from "./DownloadButton";
import type { ExportJob } from "./job";

export function DownloadExport({ job }: { job: ExportJob }) {
  if (!job.file) return null;
  const params = { path: { job_id: job.job_id } };
  const headers = { Accept: "application/json" }; // otherwise a redirect, with the key
  return (
    <DownloadButton
      kind="primary"
      find={() => request(api.GET("/exports/{job_id}/file", { params, headers }))}
    >
      Download
    </DownloadButton>
  );
}
