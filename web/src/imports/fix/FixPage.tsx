/** Rejected records in an editable grid; fixed records are imported as a new file. */

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Play } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { Schema } from "../../api/client";
import { goTo, linkTo } from "../../app/route";
import { useUnsavedChanges } from "../../app/unsavedChanges";
import { type ImportJob, jobQuery } from "../../jobs/job";
import { Button, ButtonLink } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { ErrorNotice, Loading, Notice, ViewHead } from "../../ui/states";
import { linkToFollow } from "../choose/following";
import { ImportPlaceholder } from "../job/ImportPlaceholder";
import { useRejects } from "../job/Rejects";
import type { Options } from "../options";
import { optionsLike } from "../optionsLike";
import { addUpload, startUpload } from "../upload/queue";
import {
  describeUnfixed,
  type FileFormat,
  type FixableRecord,
  findFileFormat,
  findGroupRows,
  isFixed,
  parseReject,
  writeFixedFile,
} from "./fix";
import { Grid } from "./Grid";

const PAGE = 100;

export function FixPage({ jobId }: { jobId: string }) {
  const { data, error, refetch } = useQuery(jobQuery(jobId));
  const job = data?.job;
  const format = useMemo(() => (job?.kind === "import" ? findFileFormat(job) : undefined), [job]);
  if (!job) {
    return (
      <ImportPlaceholder>
        {error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Loading />}
      </ImportPlaceholder>
    );
  }
  if (job.kind !== "import" || !format) {
    return (
      <ImportPlaceholder>
        <Notice tone="warn">
          The columns of this file aren't known, so its records can't be fixed here.
        </Notice>
      </ImportPlaceholder>
    );
  }
  return <FixRecords job={job} format={format} />;
}

function FixRecords({ job, format }: { job: ImportJob; format: FileFormat }) {
  const rejects = useRejects(job, PAGE);
  const [changed, setChanged] = useState<ReadonlyMap<number, FixableRecord>>(new Map());
  const unsaved = useUnsavedChanges(changed.size > 0);
  const pages = rejects.data?.pages;
  const all = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const parsed = useMemo(
    () => all.flatMap((reject) => parseReject(reject, format) ?? []),
    [all, format],
  );
  const records = parsed.map((record) => changed.get(record.line) ?? record);
  const change = useCallback(
    (record: FixableRecord) => setChanged((before) => new Map(before).set(record.line, record)),
    [],
  );
  return (
    <div className="stack">
      <ViewHead title={`Fix ${job.filename}`}>
        <ButtonLink
          href={linkTo(`import/${job.job_id}`)}
          icon={<ArrowLeft size={17} aria-hidden />}
        >
          Back to import
        </ButtonLink>
      </ViewHead>
      <p className="soft">
        Correct the errors below. Fixed records are imported as a new file, with the settings of
        this import. {parsed.some((record) => record.isChanged) && "NUL bytes were removed."}
      </p>
      {rejects.isPending && <Loading />}
      {rejects.error && <ErrorNotice error={rejects.error} retry={() => void rejects.refetch()} />}
      <TruncatedNotice count={all.length - parsed.length} />
      {records.length > 0 && <Grid format={format} records={records} onChange={change} />}
      {unsaved.dialog}
      <div className="row">
        <ImportFixed {...{ job, format, records, rejects: all }} onImport={unsaved.release} />
        {rejects.hasNextPage && (
          <Button isBusy={rejects.isFetchingNextPage} onClick={() => void rejects.fetchNextPage()}>
            Show more of {formatCount(job.counts.rejected)}
          </Button>
        )}
      </div>
    </div>
  );
}

function TruncatedNotice({ count }: { count: number }) {
  if (!count) return null;
  const records = count === 1 ? "1 record is" : `${formatCount(count)} records are`;
  return (
    <Notice tone="warn">
      {records} too long to edit here; only the first 64 KiB were stored. Correct the file and
      import it again.
    </Notice>
  );
}

interface ImportFixedProps {
  job: ImportJob;
  format: FileFormat;
  records: FixableRecord[];
  rejects: Schema["Reject"][];
  /** Called when the import starts; there are no unsaved changes then. */
  onImport: () => void;
}

function ImportFixed({ job, format, records, rejects, onImport }: ImportFixedProps) {
  const count = records.filter((record) => isFixed(record, format)).length;
  return (
    <>
      <Button
        kind="primary"
        icon={<Play size={17} aria-hidden />}
        disabled={!count}
        onClick={() => {
          onImport();
          const file = writeFixedFile(records, format, job.filename, findGroupRows(rejects));
          importNow(file, optionsLike(job), job);
        }}
      >
        {count
          ? `Import ${formatCount(count)} fixed ${count === 1 ? "record" : "records"}`
          : "Import fixed records"}
      </Button>
      {describeUnfixed(records, format).map((text) => (
        <span key={text} className="soft small">
          {text}
        </span>
      ))}
    </>
  );
}

/** Start or queue the import of a file, and open its page. */
function importNow(file: File, options: Options, { job_id, status }: ImportJob): void {
  const parent = status === "COMPLETED" ? { parentJobId: job_id } : {};
  const { id } = addUpload({ file, handle: undefined, ...parent }, options);
  startUpload(id);
  goTo(linkToFollow(id));
}
