/** The progress of an upload, with buttons to pause, resume and retry. */

import { Pause, Play, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/controls";
import { formatBytes, formatSeconds } from "../../ui/format";
import { ErrorNotice, Notice, Progress } from "../../ui/states";
import { isWaitingForConnection } from "../upload/machine";
import { pauseUpload, resumeUpload, retryConnection, startUpload } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import style from "./job.module.css";

export function UploadPanel({ upload, children }: { upload: UploadSnapshot; children: ReactNode }) {
  const { file, sentBytes, state } = upload;
  return (
    <section className="card stack" aria-label="Upload">
      <Progress label={`Upload of ${file.name}`} percent={(sentBytes / file.size) * 100} />
      <div className="row spread">
        <span className={style.figures}>
          <strong>{formatBytes(sentBytes)}</strong> of {formatBytes(file.size)}
          {state.status === "sending" && !isWaitingForConnection(state) && <Pace upload={upload} />}
          {state.status === "paused" && " · paused; parts in progress are sent again on resume"}
          {state.status === "queued" && " · queued"}
        </span>
        <div className="row">
          <Action upload={upload} />
          {children}
        </div>
      </div>
      {isWaitingForConnection(state) && (
        <Notice tone="warn" title="Waiting for connection.">
          The upload resumes automatically.
        </Notice>
      )}
      {state.status === "stopped" && <ErrorNotice error={state.error} />}
    </section>
  );
}

function Pace({ upload: { speed, secondsLeft } }: { upload: UploadSnapshot }) {
  if (speed === undefined) return " · starting";
  return (
    <>
      {` · ${formatBytes(speed)} per second`}
      {secondsLeft !== undefined && ` · ${formatSeconds(Math.ceil(secondsLeft))} left`}
    </>
  );
}

function Action({ upload: { id, state } }: { upload: UploadSnapshot }) {
  const retryIcon = <RotateCw size={17} aria-hidden />;
  if (state.status === "sending" || state.status === "waiting") {
    return (
      <>
        {isWaitingForConnection(state) && (
          <Button icon={retryIcon} onClick={() => retryConnection(id)}>
            Retry now
          </Button>
        )}
        <Button icon={<Pause size={17} aria-hidden />} onClick={() => pauseUpload(id)}>
          Pause
        </Button>
      </>
    );
  }
  if (state.status === "paused") {
    return (
      <Button kind="primary" icon={<Play size={17} aria-hidden />} onClick={() => resumeUpload(id)}>
        Resume
      </Button>
    );
  }
  if (state.status !== "stopped") return null;
  return (
    <Button icon={retryIcon} onClick={() => startUpload(id)}>
      Retry
    </Button>
  );
}
