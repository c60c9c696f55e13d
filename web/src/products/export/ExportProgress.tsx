/** The progress of an export, then its file. */

import { linkTo } from "../../app/route";
import { CancelButton } from "../../jobs/CancelButton";
import { DownloadExport } from "../../jobs/DownloadExport";
import { ExportResult, ExportStatus } from "../../jobs/ExportStatus";
import { Button, ButtonLink } from "../../ui/controls";
import { ErrorNotice, Loading } from "../../ui/states";
import type { Exporting } from "./exporting";

interface Props {
  exporting: Exporting;
  onClose: () => void;
}

export function ExportProgress({ exporting, onClose }: Props) {
  const { job, isFinished, error } = exporting;
  if (!job) return error ? <ErrorNotice error={error} /> : <Loading>Starting…</Loading>;
  return (
    <>
      {isFinished ? <ExportResult job={job} /> : <ExportStatus job={job} />}
      {error && !isFinished && <ErrorNotice error={error} />}
      <div className="row">
        <DownloadExport job={job} />
        <CancelButton job={job} />
        <Button onClick={onClose}>{isFinished ? "Close" : "Run in background"}</Button>
        <ButtonLink kind="quiet" href={linkTo(`jobs/${job.job_id}`)}>
          History
        </ButtonLink>
      </div>
    </>
  );
}
