/** Downloads all rejected or skipped records as a file. */

import { api, request } from "../../api/client";
import { DownloadButton } from "../../jobs/DownloadButton";

interface DownloadReportProps {
  jobId: string;
  of: "rejects" | "skipped";
}

export function DownloadReport({ jobId, of }: DownloadReportProps) {
  const params = { path: { job_id: jobId }, query: { of } };
  return (
    <DownloadButton find={() => request(api.GET("/imports/{job_id}/report", { params }))}>
      Download all
      <span className="hidden-visually"> {of === "rejects" ? "rejected" : "skipped"} records</span>
    </DownloadButton>
  );
}
