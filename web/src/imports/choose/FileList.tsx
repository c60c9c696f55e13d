/** The files of this tab in their order, and where each of them is. */

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { Ref } from "react";
import { linkTo } from "../../app/route";
import { jobQuery } from "../../jobs/job";
import { CountsInBrief, StatusBadge } from "../../jobs/status";
import { Button } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { Badge, Fault, Progress, type Tone } from "../../ui/states";
import { isAway, isOver } from "../upload/machine";
import { removeUpload, startUpload } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import style from "./choose.module.css";
import type { Verdict } from "./verdict";

/** What would come of each file that is not started, by its id. */
export type Verdicts = ReadonlyMap<string, Verdict>;

interface FileListProps {
  ref: Ref<HTMLElement>;
  uploads: ShownUpload[];
  verdicts: Verdicts;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

export function FileList({ ref, uploads, verdicts, selected, onSelect }: FileListProps) {
  // While one is looked at, those that are over must not keep it out of sight.
  const folded = selected ? uploads.filter(({ state }) => isOver(state)) : [];
  const show = (upload: ShownUpload) => (
    <Row
      key={upload.id}
      {...{ upload, onSelect }}
      verdict={verdicts.get(upload.id)}
      isSelected={upload.id === selected}
    />
  );
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
      {folded.length > 0 && (
        <details>
          <summary>
            {folded.length === 1 ? "1 file is" : `${folded.length} files are`} finished
          </summary>
          <ol className={style.files}>{folded.map(show)}</ol>
        </details>
      )}
      <ol className={style.files}>
        {uploads.filter((upload) => !folded.includes(upload)).map(show)}
      </ol>
    </section>
  );
}

interface RowProps {
  upload: ShownUpload;
  verdict: Verdict | undefined;
  isSelected: boolean;
  onSelect: (id: string) => void;
}

function Row({ upload, verdict, isSelected, onSelect }: RowProps) {
  return (
    <li aria-current={isSelected ? "true" : undefined}>
      <FileName upload={upload} onSelect={onSelect} />
      <Where upload={upload} verdict={verdict} />
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

function Where({ upload, verdict }: { upload: ShownUpload; verdict: Verdict | undefined }) {
  const { state, jobId, sentBytes, file } = upload;
  if (jobId && (state.at === "importing" || state.at === "ended"))
    return <Importing jobId={jobId} />;
  const percent = (sentBytes / file.size) * 100;
  return (
    <div className={style.where}>
      <StateBadge state={state} verdict={verdict} />
      {state.at === "sending" && <Progress label={`Upload of ${file.name}`} percent={percent} />}
    </div>
  );
}

interface StateBadgeProps {
  state: ShownUpload["state"];
  verdict: Verdict | undefined;
}

function StateBadge({ state, verdict }: StateBadgeProps) {
  if (isAway(state)) return <Badge>{WORDS.waiting}</Badge>;
  if (state.at === "chosen" && verdict) {
    const [words, tone] = VERDICTS[verdict];
    return <Badge tone={tone}>{words}</Badge>;
  }
  return <Badge tone={state.at === "stopped" ? "bad" : undefined}>{WORDS[state.at]}</Badge>;
}

const VERDICTS: Record<Verdict, [string, Tone | undefined]> = {
  ready: ["Ready", undefined],
  doubtful: ["Most would be rejected", "warn"],
  open: ["Not ready yet", "warn"],
  empty: ["No records", "warn"],
  impossible: ["Cannot be imported", "bad"],
};

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
