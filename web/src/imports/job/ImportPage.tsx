/** One import, from its upload to what became of its records. */

import { useQuery } from "@tanstack/react-query";
import { Ban, Package } from "lucide-react";
import { wordsOf } from "../../api/words";
import { linkTo } from "../../app/route";
import { CancelButton } from "../../jobs/CancelButton";
import { type ImportJob, isFinal, jobQuery } from "../../jobs/job";
import { RetryButton } from "../../jobs/RetryButton";
import { StatusBadge, secondsOf } from "../../jobs/status";
import { Button, ButtonLink } from "../../ui/controls";
import { formatBytes, formatCount, formatSeconds, Time } from "../../ui/format";
import { Badge, Fault, Loading, Notice, Progress, ViewHead } from "../../ui/states";
import { say } from "../../ui/toasts";
import { LeftUpload, useLeftUploads } from "../choose/LeftUploads";
import { type At, isUnderWay } from "../upload/machine";
import { cancelUpload, useUploads } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import { HowItWasRead } from "./HowItWasRead";
import style from "./job.module.css";
import { NoImport } from "./NoImport";
import { Outcomes } from "./Outcomes";
import { Rejects } from "./Rejects";
import { Steps } from "./Steps";
import { doingOf, isAwaitingUpload } from "./steps";
import { UploadPanel } from "./UploadPanel";

export function ImportPage({ jobId }: { jobId: string }) {
  const watched = useQuery(jobQuery(jobId));
  const upload = useUploads().find((one) => one.jobId === jobId);
  const job = watched.data?.job;
  if (!job) {
    const retry = () => void watched.refetch();
    return (
      <NoImport>
        {watched.error ? <Fault error={watched.error} retry={retry} /> : <Loading />}
      </NoImport>
    );
  }
  if (job.kind !== "import") {
    return (
      <NoImport>
        <Notice tone="warn">This job is no import.</Notice>
      </NoImport>
    );
  }
  return (
    <div className="stack">
      <Head job={job} upload={isAwaitingUpload(job) ? upload : undefined} />
      {watched.error && <Fault error={watched.error} />}
      <Steps job={job} />
      <Current job={job} upload={upload} />
      {job.status === "CANCELLED" && (
        <Notice tone="warn" title="The import was cancelled.">
          It has changed nothing.
        </Notice>
      )}
      {job.error && <Failure job={job} error={job.error} />}
      {job.status === "COMPLETED" && !job.progress.records_total && (
        <Notice tone="warn">The file has a header and no records, so nothing was changed.</Notice>
      )}
      {(job.progress.records_total ?? 0) > 0 && (
        <section className="card stack">
          <Outcomes job={job} />
          {isFinal(job) && <Figures job={job} />}
        </section>
      )}
      {isFinal(job) && job.counts.rejected > 0 && <Rejects job={job} />}
      <HowItWasRead job={job} />
    </div>
  );
}

const OF_UPLOADS: Partial<Record<At, string>> = { sending: "Uploading", paused: "Paused" };

function Head({ job, upload }: { job: ImportJob; upload: ShownUpload | undefined }) {
  const words = upload && OF_UPLOADS[upload.state.at];
  return (
    <div>
      <ViewHead title={job.filename}>
        {words ? <Badge tone="info">{words}</Badge> : <StatusBadge job={job} />}
        <OtherFiles jobId={job.job_id} />
      </ViewHead>
      <p className="soft small">
        {formatBytes(job.size_bytes)} · <Time at={job.created_at} />
        {job.requested_by && ` · by ${job.requested_by.name}`}
        {job.attempt > 1 && ` · attempt ${job.attempt}`}
      </p>
    </div>
  );
}

/** The way back to the files that wait for this one, or to choosing another. */
function OtherFiles({ jobId }: { jobId: string }) {
  const others = useUploads().filter((one) => one.jobId !== jobId && isUnderWay(one.state)).length;
  if (!others) return <ButtonLink href={linkTo("import")}>Import another file</ButtonLink>;
  const files = others === 1 ? "1 more file" : `${formatCount(others)} more files`;
  return <ButtonLink href={linkTo("import")}>{files}</ButtonLink>;
}

/** What is under way: the upload, from here or from elsewhere, or the job's own work. */
function Current({ job, upload }: { job: ImportJob; upload: ShownUpload | undefined }) {
  const left = useLeftUploads().find((kept) => kept.job_id === job.job_id);
  const isHere = upload && (isUnderWay(upload.state) || upload.state.at === "stopped");
  if (isHere && isAwaitingUpload(job)) {
    return (
      <UploadPanel upload={upload}>
        <CancelUpload upload={upload} />
      </UploadPanel>
    );
  }
  if (left && isAwaitingUpload(job)) return <LeftUpload kept={left} />;
  return isFinal(job) ? null : <Working job={job} isSent={upload?.state.at === "importing"} />;
}

function Working({ job, isSent }: { job: ImportJob; isSent: boolean }) {
  const { progress } = job;
  const doing = isAwaitingUpload(job) && isSent ? "Waiting to begin" : doingOf(job);
  return (
    <section className="card stack" aria-label="Progress">
      <Progress label={`Import of ${job.filename}`} percent={progress.percent} />
      <div className="row spread">
        <span className={style.figures} role="status">
          <strong>{doing}</strong>
          {progress.records_total
            ? ` · ${formatCount(progress.records_total)} records`
            : progress.bytes_done > 0 && ` · ${formatBytes(progress.bytes_done)} read`}
        </span>
        <CancelButton job={job} />
      </div>
      {isAwaitingUpload(job) && !isSent && (
        <p className="soft">
          It is uploaded by another tab or program. If that was closed, cancel and import the file
          again.
        </p>
      )}
    </section>
  );
}

function CancelUpload({ upload: { id } }: { upload: ShownUpload }) {
  const cancel = () =>
    cancelUpload(id).catch((error: Error) => say(`Not cancelled: ${error.message}`, "bad"));
  return (
    <Button kind="danger" icon={<Ban size={17} aria-hidden />} onClick={() => void cancel()}>
      Cancel
    </Button>
  );
}

function Failure({ job, error }: { job: ImportJob; error: NonNullable<ImportJob["error"]> }) {
  return (
    <Notice tone="bad" title="The import failed.">
      {wordsOf(error)}
      <RetryButton job={job} />
    </Notice>
  );
}

/** How long it took, how fast it was, and where the products are. */
function Figures({ job }: { job: ImportJob }) {
  const seconds = secondsOf(job);
  const records = job.progress.records_total ?? 0;
  const products = linkTo("products", { job_id: job.job_id });
  return (
    <div className="row spread">
      <span className={style.figures}>
        {formatCount(records)} {records === 1 ? "record" : "records"}
        {seconds !== undefined && ` in ${formatSeconds(seconds)}`}
        {seconds ? ` · ${formatCount(Math.round(records / seconds))} a second` : ""}
      </span>
      {job.counts.created + job.counts.updated > 0 && (
        <ButtonLink href={products} icon={<Package size={17} aria-hidden />}>
          Show the products
        </ButtonLink>
      )}
    </div>
  );
}
