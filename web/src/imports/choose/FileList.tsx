/** The files of this tab in their order, and where each of them is. */

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { Ref } from "react";
import { linkTo } from "../../app/route";
import { jobQuery } from "../../jobs/job";
import { CountsInBrief, StatusBadge } from "../../jobs/status";
import { Button } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { Badge, Fault, Progress } from "../../ui/states";
import { isAway, isOver } from "../upload/machine";
import { removeUpload, startUpload } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import style from "./choose.module.css";

interface FileListProps {
  ref: Ref<HTMLElement>;
  uploads: ShownUpload[];
  /** The ids of those that could be started. */
  ready: string[];
  selected: string | undefined;
  onSelect: (id: string) => void;
}

export function FileList({ ref, uploads, ready, selected, onSelect }: FileListProps) {
  const isOneToChoose = !selected && uploads.some(({ state }) => state.at === "chosen");
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
          They are imported one after another, in this order.
          {isOneToChoose && " Choose the next one to look at it."}
        </p>
      </div>
      <ol className={style.files}>
        {uploads.map((upload) => (
          <li key={upload.id} aria-current={upload.id === selected ? "true" : undefined}>
            <FileName upload={upload} onSelect={onSelect} />
            <Where upload={upload} isReady={ready.includes(upload.id)} />
            {canBeRemoved(upload) && (
              <Button
                kind="quiet"
                icon={<X size={16} aria-hidden />}
                onClick={() => removeUpload(upload.id)}
                aria-label={`Take ${upload.file.name} off the list`}
              />
            )}
            {upload.state.at === "stopped" && !upload.jobId && <WhyStopped upload={upload} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

function FileName({ upload, onSelect }: { upload: ShownUpload; onSelect: (id: string) => void }) {
  const { file, jobId, id, state } = upload;
  return (
    <div className={style.file_name}>
      {jobId ? (
        <a href={linkTo(`import/${jobId}`)}>{file.name}</a>
      ) : state.at === "chosen" ? (
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

/** The service does not know of it, so there is no page of its own that would say so. */
function WhyStopped({ upload: { id, state } }: { upload: ShownUpload }) {
  return (
    <div className={style.why}>
      <Fault error={state.error} retry={() => startUpload(id)} />
    </div>
  );
}

function Where({ upload, isReady }: { upload: ShownUpload; isReady: boolean }) {
  const { state, jobId, sentBytes, file } = upload;
  if (jobId && (state.at === "importing" || state.at === "ended"))
    return <Importing jobId={jobId} />;
  const percent = (sentBytes / file.size) * 100;
  return (
    <div className={style.where}>
      <Badge tone={state.at === "stopped" ? "bad" : undefined}>
        {isAway(state) ? WORDS.waiting : isReady ? "Ready" : WORDS[state.at]}
      </Badge>
      {state.at === "sending" && <Progress label={`Upload of ${file.name}`} percent={percent} />}
    </div>
  );
}

const WORDS: Record<ShownUpload["state"]["at"], string> = {
  chosen: "To be looked at",
  queued: "Waiting for its turn",
  sending: "Uploading",
  paused: "Paused",
  waiting: "Waiting for the connection",
  stopped: "Stopped",
  importing: "Importing",
  ended: "Ended",
  cancelled: "Cancelled",
};

function Importing({ jobId }: { jobId: string }) {
  const { data } = useQuery(jobQuery(jobId));
  if (!data) return <Badge>{WORDS.importing}</Badge>;
  return (
    <div className={style.where}>
      <StatusBadge job={data.job} />
      <span className="small">
        <CountsInBrief job={data.job} />
      </span>
    </div>
  );
}

function canBeRemoved({ state, jobId }: ShownUpload): boolean {
  return isOver(state) || (!jobId && state.at !== "sending");
}
