/** A file on its way to the storage: how far it is, how fast, and what can be done. */

import { Pause, Play, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/controls";
import { formatBytes, formatSeconds } from "../../ui/format";
import { Fault, Notice, Progress } from "../../ui/states";
import { isAway } from "../upload/machine";
import { pauseUpload, resumeUpload, startUpload, tryConnection } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import style from "./job.module.css";

export function UploadPanel({ upload, children }: { upload: ShownUpload; children: ReactNode }) {
  const { file, sentBytes, state } = upload;
  return (
    <section className="card stack" aria-label="Upload">
      <Progress label={`Upload of ${file.name}`} percent={(sentBytes / file.size) * 100} />
      <div className="row spread">
        <span className={style.figures}>
          <strong>{formatBytes(sentBytes)}</strong> of {formatBytes(file.size)}
          {state.at === "sending" && !isAway(state) && <Pace upload={upload} />}
          {state.at === "paused" && " · paused; what was under way is sent again when it goes on"}
          {state.at === "queued" && " · waiting for its turn"}
        </span>
        <div className="row">
          <Action upload={upload} />
          {children}
        </div>
      </div>
      {isAway(state) && (
        <Notice tone="warn" title="Waiting for the connection.">
          The upload goes on by itself as soon as it is back.
        </Notice>
      )}
      {state.at === "stopped" && <Fault error={state.error} />}
    </section>
  );
}

function Pace({ upload: { speed, secondsLeft } }: { upload: ShownUpload }) {
  if (speed === undefined) return " · starting";
  return (
    <>
      {` · ${formatBytes(speed)} a second`}
      {secondsLeft !== undefined && ` · ${formatSeconds(Math.ceil(secondsLeft))} left`}
    </>
  );
}

function Action({ upload: { id, state } }: { upload: ShownUpload }) {
  const again = <RotateCw size={17} aria-hidden />;
  if (state.at === "sending" || state.at === "waiting") {
    return (
      <>
        {isAway(state) && (
          <Button icon={again} onClick={() => tryConnection(id)}>
            Try now
          </Button>
        )}
        <Button icon={<Pause size={17} aria-hidden />} onClick={() => pauseUpload(id)}>
          Pause
        </Button>
      </>
    );
  }
  if (state.at === "paused") {
    return (
      <Button kind="primary" icon={<Play size={17} aria-hidden />} onClick={() => resumeUpload(id)}>
        Resume
      </Button>
    );
  }
  if (state.at !== "stopped") return null;
  return (
    <Button icon={again} onClick={() => startUpload(id)}>
      Try again
    </Button>
  );
}
