/** The files of this tab in order, each with its state. */

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { Ref } from "react";
import { linkTo } from "../../app/route";
import { jobQuery } from "../../jobs/job";
import { CountsSummary, StatusBadge } from "../../jobs/status";
import { Button } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { Badge, ErrorNotice, Progress, type Tone } from "../../ui/states";
import { isFinished, isWaitingForConnection } from "../upload/machine";
import { removeUpload, startUpload } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import style from "./choose.module.css";
import type { Readiness } from "./readiness";

/** The readiness of each file that isn't started, by id. */
export type ReadinessById = ReadonlyMap<string, Readiness>;

interface FileListProps {
  ref: Ref<HTMLElement>;
  uploads: UploadSnapshot[];
  readiness: ReadinessById;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

export function FileList({ ref, uploads, readiness, selected, onSelect }: FileListProps) {
  // Finished files are collapsed while a file is previewed, to keep the preview visible.
  const collapsed = selected ? uploads.filter(({ state }) => isFinished(state)) : [];
  const renderRow = (upload: UploadSnapshot) => (
    <Row
      key={upload.id}
      {...{ upload, onSelect }}
      readiness={readiness.get(upload.id)}
      isSelected={upload.id === selected}
    />
  );
  const hasUnselected = !selected && uploads.some(({ state }) => state.status === "chosen");
  return (
    <section
      ref={ref}
      tabIndex={-1}
      className={`card stack ${style.list}`}
      aria-labelledby="files-of-this-tab"
    >
      <div>
        <h2 id="files-of-this-tab">Files</h2>
        <p className="soft small">
          Files are imported one after another, in this order.
          {hasUnselected && " Select a file to preview it."}
        </p>
      </div>
      {collapsed.length > 0 && (
        <details>
          <summary>
            {collapsed.length} finished {collapsed.length === 1 ? "file" : "files"}
          </summary>
          <ol className={style.files}>{collapsed.map(renderRow)}</ol>
        </details>
      )}
      <ol className={style.files}>
        {uploads.filter((upload) => !collapsed.includes(upload)).map(renderRow)}
      </ol>
    </section>
  );
}

interface RowProps {
  upload: UploadSnapshot;
  readiness: Readiness | undefined;
  isSelected: boolean;
  onSelect: (id: string) => void;
}

function Row({ upload, readiness, isSelected, onSelect }: RowProps) {
  return (
    <li aria-current={isSelected ? "true" : undefined}>
      <FileName upload={upload} onSelect={onSelect} />
      <UploadState upload={upload} readiness={readiness} />
      {canBeRemoved(upload) && (
        <Button
          kind="quiet"
          icon={<X size={16} aria-hidden />}
          onClick={() => removeUpload(upload.id)}
          aria-label={`Remove ${upload.file.name}`}
        />
      )}
      {upload.state.status === "stopped" && !upload.jobId && <UploadError upload={upload} />}
    </li>
  );
}

function FileName({
  upload,
  onSelect,
}: {
  upload: UploadSnapshot;
  onSelect: (id: string) => void;
}) {
  const { file, jobId, id, state } = upload;
  return (
    <div className={style.file_name}>
      {jobId ? (
        <a href={linkTo(`import/${jobId}`)}>{file.name}</a>
      ) : state.status === "chosen" ? (
        <button type="button" className={style.as_link} onClick={() => onSelect(id)}>
          {file.name}
        </button>
      ) : (
        <span>{file.name}</span>
      )}
      <span className="soft small"> {formatBytes(file.size)}</span>
    </div>
  );
}

/** The error of an upload without a job; it has no page that would show it. */
function UploadError({ upload: { id, state } }: { upload: UploadSnapshot }) {
  return (
    <div className={style.upload_error}>
      <ErrorNotice error={state.error} retry={() => startUpload(id)} />
    </div>
  );
}

function UploadState({ upload, readiness }: Pick<RowProps, "upload" | "readiness">) {
  const { state, jobId, sentBytes, file } = upload;
  if (jobId && (state.status === "importing" || state.status === "ended"))
    return <ImportState jobId={jobId} />;
  const percent = (sentBytes / file.size) * 100;
  return (
    <div className={style.upload_state}>
      <StateBadge state={state} readiness={readiness} />
      {state.status === "sending" && (
        <Progress label={`Upload of ${file.name}`} percent={percent} />
      )}
    </div>
  );
}

interface StateBadgeProps {
  state: UploadSnapshot["state"];
  readiness: Readiness | undefined;
}

function StateBadge({ state, readiness }: StateBadgeProps) {
  if (isWaitingForConnection(state)) return <Badge>{LABELS.waiting}</Badge>;
  if (state.status === "chosen" && readiness) {
    const [label, tone] = READINESS_LABELS[readiness];
    return <Badge tone={tone}>{label}</Badge>;
  }
  return (
    <Badge tone={state.status === "stopped" ? "bad" : undefined}>{LABELS[state.status]}</Badge>
  );
}

const READINESS_LABELS: Record<Readiness, [string, Tone | undefined]> = {
  ready: ["Ready", undefined],
  doubtful: ["Mostly rejected", "warn"],
  incomplete: ["Needs input", "warn"],
  empty: ["No records", "warn"],
  invalid: ["Can't be imported", "bad"],
};

const LABELS: Record<UploadSnapshot["state"]["status"], string> = {
  chosen: "Not reviewed",
  queued: "Queued",
  sending: "Uploading",
  paused: "Paused",
  waiting: "Waiting for connection",
  stopped: "Stopped",
  importing: "Importing",
  ended: "Finished",
  cancelled: "Cancelled",
};

function ImportState({ jobId }: { jobId: string }) {
  const { data } = useQuery(jobQuery(jobId));
  if (!data) return <Badge>{LABELS.importing}</Badge>;
  return (
    <div className={style.upload_state}>
      <StatusBadge job={data.job} />
      <span className="small">
        <CountsSummary job={data.job} />
      </span>
    </div>
  );
}

function canBeRemoved({ state, jobId }: UploadSnapshot): boolean {
  return isFinished(state) || (!jobId && state.status !== "sending");
}
