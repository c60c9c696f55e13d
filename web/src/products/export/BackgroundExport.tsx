/** An export whose dialog is closed: its progress, then its file until that is closed too. */

import { DownloadExport } from "../../jobs/DownloadExport";
import { ExportResult, ExportStatus } from "../../jobs/ExportStatus";
import { Button } from "../../ui/controls";
import style from "../tools.module.css";
import type { Exporting } from "./exporting";

interface Props {
  exporting: Exporting;
  /** Whether the dialog is open. */
  isShown: boolean;
  show: () => void;
}

export function BackgroundExport({ exporting, isShown, show }: Props) {
  const { job, isFinished, follow } = exporting;
  if (!job || isShown) return null;
  return (
    <section className={`card ${style.running}`} aria-label="Export">
      <div className="grow">
        {isFinished ? <ExportResult job={job} /> : <ExportStatus job={job} />}
      </div>
      <DownloadExport job={job} />
      {isFinished ? (
        <Button onClick={() => follow(null)}>Close</Button>
      ) : (
        <Button onClick={show}>Show</Button>
      )}
    </section>
  );
}
