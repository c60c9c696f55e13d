/** The page of an import, from its upload to its outcome. */

import { useQuery } from "@tanstack/react-query";
import { Ban, Package } from "lucide-react";
import { messageFor } from "../../api/messages";
import { linkTo } from "../../app/route";
import { CancelButton } from "../../jobs/CancelButton";
import { hasSettled, type ImportJob, isFinal, jobQuery } from "../../jobs/job";
import { RetryButton } from "../../jobs/RetryButton";
import { durationSeconds, StatusBadge } from "../../jobs/status";
import { UndoButton } from "../../jobs/undo/UndoButton";
import { UndoTime } from "../../jobs/undo/UndoTime";
import { SaveProfile } from "../../profiles/SaveProfile";
import { Button, ButtonLink } from "../../ui/controls";
import { formatBytes, formatCount, formatSeconds, Time } from "../../ui/format";
import { Badge, ErrorNotice, Loading, Notice, Progress, ViewHead } from "../../ui/states";
import { showToast } from "../../ui/toasts";
import { UnfinishedUpload, useUnfinishedUploads } from "../choose/UnfinishedUploads";
import { PlanView } from "../plan/PlanView";
import { readFilters } from "../plan/plan";
import { isUploadPending, type UploadStatus } from "../upload/machine";
import { cancelUpload, useUploads } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import { Warnings } from "../Warnings";
import { ImportPlaceholder } from "./ImportPlaceholder";
import { ImportSettings } from "./ImportSettings";
import style from "./job.module.css";
import { MissingProducts } from "./MissingProducts";
import { Outcomes } from "./Outcomes";
import { Rejects } from "./Rejects";
import { Skipped } from "./Skipped";
import { Steps } from "./Steps";
import { describeActivity, isAwaitingUpload } from "./steps";
import { UploadPanel } from "./UploadPanel";

interface Props {
  jobId: string;
  /** The parameters of the route: the filters of a plan. */
  parameters: URLSearchParams;
}

export function ImportPage({ jobId, parameters }: Props) {
  const loaded = useQuery(jobQuery(jobId));
  const upload = useUploads().find((one) => one.jobId === jobId);
  const job = loaded.data?.job;
  if (!job) {
    const retry = () => void loaded.refetch();
    return (
      <ImportPlaceholder>
        {loaded.error ? <ErrorNotice error={loaded.error} retry={retry} /> : <Loading />}
      </ImportPlaceholder>
    );
  }
  if (job.kind !== "import") {
    return (
      <ImportPlaceholder>
        <Notice tone="warn">This job isn't an import.</Notice>
      </ImportPlaceholder>
    );
  }
  const isPlanned = job.status === "PLANNED";
  const counted = isPlanned && job.plan ? { ...job, counts: job.plan.counts } : job;
  return (
    <div className="stack">
      <Head job={job} upload={isAwaitingUpload(job) ? upload : undefined} />
      {loaded.error && <ErrorNotice error={loaded.error} />}
      <Steps job={job} />
      <Current job={job} upload={upload} />
      {job.status === "CANCELLED" && (
        <Notice tone="warn" title="The import was cancelled.">
          No products were changed.
        </Notice>
      )}
      {job.error && <Failure job={job} error={job.error} />}
      {job.status === "COMPLETED" && !job.progress.records_total && (
        <Notice tone="warn">The file has a header but no records. No products were changed.</Notice>
      )}
      {isPlanned && job.plan && (
        <PlanView job={job} plan={job.plan} filters={readFilters(parameters)} />
      )}
      {!isPlanned && (job.progress.records_total ?? 0) > 0 && (
        <section className="card stack">
          <Outcomes counts={job.counts} total={job.progress.records_total ?? 0} />
          <MissingProducts job={job} />
          {isFinal(job) && <Summary job={job} />}
        </section>
      )}
      <Warnings warnings={job.warnings} />
      {hasSettled(job) && counted.counts.rejected > 0 && <Rejects job={counted} />}
      {hasSettled(job) && counted.counts.skipped > 0 && <Skipped job={counted} />}
      <ImportSettings job={job} />
    </div>
  );
}

const UPLOAD_LABELS: Partial<Record<UploadStatus, string>> = {
  sending: "Uploading",
  paused: "Paused",
};

function Head({ job, upload }: { job: ImportJob; upload: UploadSnapshot | undefined }) {
  const label = upload && UPLOAD_LABELS[upload.state.status];
  return (
    <div>
      <ViewHead title={job.filename}>
        {label ? <Badge tone="info">{label}</Badge> : <StatusBadge job={job} />}
        <OtherFiles jobId={job.job_id} />
      </ViewHead>
      <p className="soft small">
        {formatBytes(job.size_bytes)} · <Time at={job.created_at} />
        {job.requested_by && ` · by ${job.requested_by.name}`}
        {job.attempt > 1 && !job.plan && ` · attempt ${job.attempt}`}
        {job.profile && ` · profile ${job.profile.name}`}
        {job.parent_job_id && (
          <>
            {" · "}
            <a href={linkTo(`import/${job.parent_job_id}`)}>Original import</a>
          </>
        )}
      </p>
    </div>
  );
}

/** A link to the other files being uploaded, or to import another file. */
function OtherFiles({ jobId }: { jobId: string }) {
  const others = useUploads().filter(
    (one) => one.jobId !== jobId && isUploadPending(one.state),
  ).length;
  if (!others) return <ButtonLink href={linkTo("import")}>Import another file</ButtonLink>;
  const files = others === 1 ? "1 more file" : `${formatCount(others)} more files`;
  return <ButtonLink href={linkTo("import")}>{files}</ButtonLink>;
}

/** The current activity: the upload, here or elsewhere, or the job itself. */
function Current({ job, upload }: { job: ImportJob; upload: UploadSnapshot | undefined }) {
  const unfinished = useUnfinishedUploads().find((saved) => saved.job_id === job.job_id);
  const isHere = upload && (isUploadPending(upload.state) || upload.state.status === "stopped");
  if (isHere && isAwaitingUpload(job)) {
    return (
      <UploadPanel upload={upload}>
        <CancelUpload upload={upload} />
      </UploadPanel>
    );
  }
  if (unfinished && isAwaitingUpload(job)) return <UnfinishedUpload saved={unfinished} />;
  return hasSettled(job) ? null : (
    <JobProgress job={job} isUploaded={upload?.state.status === "importing"} />
  );
}

function JobProgress({ job, isUploaded }: { job: ImportJob; isUploaded: boolean }) {
  const { progress } = job;
  const activity = isAwaitingUpload(job) && isUploaded ? "Waiting to start" : describeActivity(job);
  return (
    <section className="card stack" aria-label="Progress">
      <Progress label={`Import of ${job.filename}`} percent={progress.percent} />
      <div className="row spread">
        <span className={style.figures} role="status">
          <strong>{activity}</strong>
          {progress.records_total
            ? ` · ${formatCount(progress.records_total)} records`
            : progress.bytes_done > 0 && ` · ${formatBytes(progress.bytes_done)} read`}
        </span>
        <CancelButton job={job} />
      </div>
      {isAwaitingUpload(job) && !isUploaded && (
        <p className="soft">
          Another tab or program is uploading the file. If it was closed, cancel the import and
          start again.
        </p>
      )}
    </section>
  );
}

function CancelUpload({ upload: { id } }: { upload: UploadSnapshot }) {
  const cancel = () =>
    cancelUpload(id).catch((error: Error) => showToast(`Couldn't cancel. ${error.message}`, "bad"));
  return (
    <Button kind="danger" icon={<Ban size={17} aria-hidden />} onClick={() => void cancel()}>
      Cancel
    </Button>
  );
}

function Failure({ job, error }: { job: ImportJob; error: NonNullable<ImportJob["error"]> }) {
  return (
    <Notice tone="bad" title="The import failed.">
      {messageFor(error)}
      <RetryButton job={job} />
    </Notice>
  );
}

const MEASURABLE_RECORDS = 1000; // the time of fewer is that of starting

/** The duration and speed of the import, and a link to its products. */
function Summary({ job }: { job: ImportJob }) {
  const seconds = durationSeconds(job) ?? 0;
  const records = job.progress.records_total ?? 0;
  const products = linkTo("products", { job_id: job.job_id });
  return (
    <div className="row spread">
      <div>
        <span className={style.figures}>
          {formatCount(records)} {records === 1 ? "record" : "records"}
          {seconds > 0 && ` in ${formatSeconds(seconds)}`}
          {records >= MEASURABLE_RECORDS &&
            seconds > 0 &&
            ` · ${formatCount(Math.round(records / seconds))} records per second`}
        </span>
        <div>
          <UndoTime job={job} />
        </div>
      </div>
      <div className="row">
        <UndoButton job={job} />
        {job.detected && <SaveProfile filename={job.filename} from={{ job_id: job.job_id }} />}
        {job.counts.created + job.counts.updated > 0 && (
          <ButtonLink href={products} icon={<Package size={17} aria-hidden />}>
            Show products
          </ButtonLink>
        )}
      </div>
    </div>
  );
}
