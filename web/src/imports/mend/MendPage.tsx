/** Rejected records in an editable grid; what was mended is imported as a file of its own. */

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Play } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useLeaving } from "../../app/leaving";
import { goTo, linkTo } from "../../app/route";
import { type ImportJob, jobQuery } from "../../jobs/job";
import { Button, ButtonLink } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { Fault, Loading, Notice, ViewHead } from "../../ui/states";
import { linkToFollow } from "../choose/following";
import { NoImport } from "../job/NoImport";
import { useRejects } from "../job/Rejects";
import { type Options, optionsLike } from "../options";
import { addUpload, startUpload } from "../upload/queue";
import { Grid } from "./Grid";
import {
  cutReject,
  describeUnready,
  type FileForm,
  isMended,
  type Mendable,
  readForm,
  writeMended,
} from "./mend";

const PAGE = 100;

export function MendPage({ jobId }: { jobId: string }) {
  const { data, error, refetch } = useQuery(jobQuery(jobId));
  const job = data?.job;
  const form = useMemo(() => (job?.kind === "import" ? readForm(job) : undefined), [job]);
  if (!job) {
    return (
      <NoImport>
        {error ? <Fault error={error} retry={() => void refetch()} /> : <Loading />}
      </NoImport>
    );
  }
  if (job.kind !== "import" || !form) {
    return (
      <NoImport>
        <Notice tone="warn">
          The columns of this file are not known, so its records cannot be mended here.
        </Notice>
      </NoImport>
    );
  }
  return <Mending job={job} form={form} />;
}

function Mending({ job, form }: { job: ImportJob; form: FileForm }) {
  const rejects = useRejects(job, PAGE);
  const [changed, setChanged] = useState<ReadonlyMap<number, Mendable>>(new Map());
  const leaving = useLeaving(changed.size > 0);
  const pages = rejects.data?.pages;
  const all = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const cut = useMemo(() => all.flatMap((reject) => cutReject(reject, form) ?? []), [all, form]);
  const records = cut.map((record) => changed.get(record.line) ?? record);
  const change = useCallback(
    (record: Mendable) => setChanged((before) => new Map(before).set(record.line, record)),
    [],
  );
  return (
    <div className="stack">
      <ViewHead title={`Mend ${job.filename}`}>
        <ButtonLink
          href={linkTo(`import/${job.job_id}`)}
          icon={<ArrowLeft size={17} aria-hidden />}
        >
          Back to the import
        </ButtonLink>
      </ViewHead>
      <p className="soft">
        Change what is wrong. The records you changed become a small file of their own, which is
        imported as this one was; the others stay as they are.
        {cut.some((record) => record.isChanged) && " NUL bytes are taken out already."}
      </p>
      {rejects.isPending && <Loading />}
      {rejects.error && <Fault error={rejects.error} retry={() => void rejects.refetch()} />}
      <LeftOut count={all.length - cut.length} />
      {records.length > 0 && <Grid form={form} records={records} onChange={change} />}
      {leaving.question}
      <div className="row">
        <ImportMended {...{ job, form, records }} onImport={leaving.release} />
        {rejects.hasNextPage && (
          <Button isBusy={rejects.isFetchingNextPage} onClick={() => void rejects.fetchNextPage()}>
            Show more of {formatCount(job.counts.rejected)}
          </Button>
        )}
      </div>
    </div>
  );
}

function LeftOut({ count }: { count: number }) {
  if (!count) return null;
  const records = count === 1 ? "1 record is" : `${formatCount(count)} records are`;
  return (
    <Notice tone="warn">
      {records} too long to be mended here: only the first 64 KiB were kept. Mend the file itself
      and import it again.
    </Notice>
  );
}

interface ImportMendedProps {
  job: ImportJob;
  form: FileForm;
  records: Mendable[];
  /** It is begun: nothing that was typed is lost any more. */
  onImport: () => void;
}

function ImportMended({ job, form, records, onImport }: ImportMendedProps) {
  const count = records.filter((record) => isMended(record, form)).length;
  return (
    <>
      <Button
        kind="primary"
        icon={<Play size={17} aria-hidden />}
        disabled={!count}
        onClick={() => {
          onImport();
          importNow(writeMended(records, form, job.filename), optionsLike(job));
        }}
      >
        {count
          ? `Import ${formatCount(count)} mended ${count === 1 ? "record" : "records"}`
          : "Import the mended records"}
      </Button>
      {describeUnready(records, form).map((said) => (
        <span key={said} className="soft small">
          {said}
        </span>
      ))}
    </>
  );
}

/** Import a file at once, or when its turn comes, and go where it is followed. */
function importNow(file: File, options: Options): void {
  const { id } = addUpload({ file, handle: undefined }, options);
  startUpload(id);
  goTo(linkToFollow(id));
}
