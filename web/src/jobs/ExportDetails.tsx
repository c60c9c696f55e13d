/** An export job: its progress, its file and its actions. */

import { describeColumns, FORMATS } from "../products/export/request";
import { formatBytes, formatCount } from "../ui/format";
import { CancelButton } from "./CancelButton";
import { DownloadExport } from "./DownloadExport";
import { ExportResult, ExportStatus } from "./ExportStatus";
import { type ExportJob, isFinal } from "./job";
import style from "./jobs.module.css";
import { RetryButton } from "./RetryButton";
import { describeExported } from "./selection";
import { StatusBadge } from "./status";
import { TimeFacts } from "./TimeFacts";

export function ExportDetails({ job }: { job: ExportJob }) {
  const { request, counts, file } = job;
  return (
    <>
      <div className="row">
        <StatusBadge job={job} />
        <span>Export {describeExported(request)}</span>
      </div>
      {isFinal(job) ? <ExportResult job={job} /> : <ExportStatus job={job} />}
      <dl className={style.facts}>
        <dt>Exported</dt>
        <dd>{formatCount(counts.exported)}</dd>
        <dt>Format</dt>
        <dd>{FORMATS.find(([format]) => format === request.format)?.[1]}</dd>
        <dt>Columns</dt>
        <dd>{describeColumns(request)}</dd>
        {file && (
          <>
            <dt>Size</dt>
            <dd>{formatBytes(file.size_bytes)}</dd>
          </>
        )}
        <TimeFacts job={job} />
      </dl>
      <div className="row">
        <DownloadExport job={job} />
        <CancelButton job={job} />
        <RetryButton job={job} />
      </div>
    </>
  );
}
