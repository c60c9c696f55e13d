/** The progress and the result of an export. */

import { messageFor } from "../api/messages";
import { formatBytes, formatCount } from "../ui/format";
import { Notice, Progress } from "../ui/states";
import type { ExportJob } from "./job";

const PHASES: Record<NonNullable<ExportJob["phase"]>, string> = {
  claim: "Waiting for other jobs…",
  plan: "Selecting products…",
  export: "Writing the file…",
  finish: "Finishing…",
};

export function ExportStatus({ job }: { job: ExportJob }) {
  const { records_total: total, percent } = job.progress;
  const phase = PHASES[job.phase ?? "claim"];
  return (
    <div className="stack tight">
      <span>{phase}</span>
      <Progress label={phase} percent={percent} />
      <span className="soft small">
        {formatCount(job.counts.exported)}
        {total === null ? "" : ` of ${formatCount(total)}`} exported
      </span>
    </div>
  );
}

/** What became of a finished export. */
export function ExportResult({ job }: { job: ExportJob }) {
  const { status, error, file, counts } = job;
  if (status === "CANCELLED") return <Notice tone="warn">Cancelled. There is no file.</Notice>;
  if (!file) {
    return (
      <Notice tone="bad" title="The export failed.">
        {error && messageFor(error)}
      </Notice>
    );
  }
  const products = `${formatCount(counts.exported)} ${counts.exported === 1 ? "product" : "products"}`;
  return (
    <Notice tone="good">
      {products} exported to {file.filename} ({formatBytes(file.size_bytes)}).
    </Notice>
  );
}
