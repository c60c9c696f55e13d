/** Downloads all rejected or skipped records as a file, from a URL that needs no key. */

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api, request } from "../../api/client";
import { Button } from "../../ui/controls";
import { ErrorNotice } from "../../ui/states";
import { isUploadPending } from "../upload/machine";
import { useUploads } from "../upload/queue";

interface DownloadReportProps {
  jobId: string;
  of: "rejects" | "skipped";
}

export function DownloadReport({ jobId, of }: DownloadReportProps) {
  const params = { path: { job_id: jobId }, query: { of } };
  const isBusy = useUploads().some(({ state }) => isUploadPending(state));
  const download = useMutation({
    mutationFn: () => request(api.GET("/imports/{job_id}/report", { params })),
    onSuccess: ({ url }) => {
      const link = document.createElement("a");
      link.href = url;
      // Until its headers arrive, the browser treats the download as leaving the page, and would warn.
      if (isBusy) link.target = "_blank";
      link.click();
    },
  });
  return (
    <>
      {download.error && <ErrorNotice error={download.error} />}
      <Button
        icon={<Download size={17} aria-hidden />}
        isBusy={download.isPending}
        onClick={() => download.mutate()}
      >
        Download all
        <span className="hidden-visually">
          {" "}
          {of === "rejects" ? "rejected" : "skipped"} records
        </span>
      </Button>
    </>
  );
}
