/** History: every import and bulk delete, newest first, those at work as they are now. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { FileText, ScrollText, Trash2 } from "lucide-react";
import { api, ask, nextCursor } from "../api/client";
import { wordsOf } from "../api/words";
import type { ViewProps } from "../app/App";
import { goTo, linkTo } from "../app/route";
import { ButtonLink, Choices, Field } from "../ui/controls";
import { formatPart, formatSeconds, Time } from "../ui/format";
import { More } from "../ui/rows";
import { Empty, Fault, Loading, ViewHead } from "../ui/states";
import { BulkDelete } from "./BulkDelete";
import { type Job, type JobSummary, jobQuery } from "./job";
import style from "./jobs.module.css";
import { describeSelection } from "./selection";
import { CountsInBrief, StatusBadge, secondsOf } from "./status";

type Filters = { kind?: Job["kind"]; status?: Job["status"] };

const KINDS: [Job["kind"], string][] = [
  ["import", "Imports"],
  ["bulk_delete", "Bulk deletes"],
];
const STATUSES: [Job["status"], string][] = [
  ["PENDING", "Waiting"],
  ["PROCESSING", "At work"],
  ["COMPLETED", "Completed"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
];
const LOOK_EVERY_MS = 5_000;

export default function HistoryView({ route: { path, parameters } }: ViewProps) {
  const filters = readFilters(parameters);
  const jobs = useJobs(filters);
  const shown = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Boolean(filters.kind || filters.status);
  return (
    <div className="stack">
      <ViewHead title="History">
        <Filter {...filters} />
      </ViewHead>
      {jobs.isPending && <Loading />}
      {jobs.error && !jobs.isFetchNextPageError && (
        <Fault error={jobs.error} retry={() => void jobs.refetch()} />
      )}
      {jobs.isSuccess && !shown.length && <Nothing isFiltered={isFiltered} />}
      {shown.length > 0 && <JobTable jobs={shown} />}
      <More {...jobs} />
      {path[1] && <BulkDelete jobId={path[1]} onClose={() => goTo(toHistory(filters))} />}
    </div>
  );
}

/** Ask for the jobs; new ones appear by themselves. Each look asks for every page that is shown. */
function useJobs(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ["jobs", filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...filters, ...(pageParam && { cursor: pageParam }) };
      return ask(api.GET("/jobs", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    refetchInterval: ({ state }) => LOOK_EVERY_MS * Math.max(1, state.data?.pages.length ?? 0),
  });
}

function Filter({ kind, status }: Filters) {
  const go = (filters: Filters) => goTo(toHistory(filters), { replace: true });
  return (
    <div className={style.filters}>
      <Field label={<span className="hidden-visually">Kind</span>}>
        <select
          value={kind ?? ""}
          onChange={({ target }) => go({ kind: find(KINDS, target.value), status })}
        >
          <option value="">All kinds</option>
          <Choices of={KINDS} />
        </select>
      </Field>
      <Field label={<span className="hidden-visually">Status</span>}>
        <select
          value={status ?? ""}
          onChange={({ target }) => go({ kind, status: find(STATUSES, target.value) })}
        >
          <option value="">Any status</option>
          <Choices of={STATUSES} />
        </select>
      </Field>
    </div>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const icon = <ScrollText size={40} aria-hidden />;
  if (isFiltered) {
    return (
      <Empty icon={icon} title="None of these">
        <ButtonLink href={linkTo("jobs")}>Show all</ButtonLink>
      </Empty>
    );
  }
  return (
    <Empty icon={icon} title="Nothing was imported yet">
      <p>Every import and bulk delete is listed here, with what became of its records.</p>
      <ButtonLink kind="primary" href={linkTo("import")}>
        Import a file
      </ButtonLink>
    </Empty>
  );
}

function JobTable({ jobs }: { jobs: JobSummary[] }) {
  return (
    <div className={`card ${style.jobs}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Status</th>
            <th scope="col">Outcomes</th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.job_id} listed={job} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A job in a row; one that is at work is watched by itself. */
function JobRow({ listed }: { listed: JobSummary }) {
  const isWatched = listed.status === "PROCESSING";
  const watched = useQuery({ ...jobQuery(listed.job_id), enabled: isWatched });
  const job = isWatched ? (watched.data?.job ?? listed) : listed;
  const seconds = secondsOf(job);
  const isAtWork = job.status === "PROCESSING";
  return (
    <tr>
      <td className={style.what}>
        <What job={job} />
      </td>
      <td className={style.status}>
        <StatusBadge job={job} />
        {isAtWork && <span className="soft small"> {formatPart(job.progress.percent / 100)}</span>}
      </td>
      <td className={style.counts}>
        {job.error ? (
          <span className={style.error}>{wordsOf(job.error)}</span>
        ) : (
          <CountsInBrief job={job} />
        )}
      </td>
      <td>
        <Time at={job.created_at} isDistance />
      </td>
      <td className={style.took}>{seconds === undefined ? <None /> : formatSeconds(seconds)}</td>
      <td className={style.by} title={job.requested_by?.name}>
        {job.requested_by?.name ?? <None />}
      </td>
    </tr>
  );
}

function None() {
  return (
    <span className="soft" data-none>
      –
    </span>
  );
}

function What({ job }: { job: JobSummary | Job }) {
  if (job.kind === "import") {
    return (
      <a href={linkTo(`import/${job.job_id}`)}>
        <FileText size={17} aria-hidden />
        {job.filename}
      </a>
    );
  }
  return (
    <a href={linkTo(`jobs/${job.job_id}`)}>
      <Trash2 size={17} aria-hidden />
      Delete {describeSelection(job.selection)}
    </a>
  );
}

function readFilters(parameters: URLSearchParams): Filters {
  const kind = find(KINDS, parameters.get("kind"));
  const status = find(STATUSES, parameters.get("status"));
  return { ...(kind && { kind }), ...(status && { status }) };
}

function toHistory(filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value);
  return linkTo("jobs", Object.fromEntries(given));
}

function find<T extends string>(choices: [T, string][], value: string | null): T | undefined {
  return choices.find(([choice]) => choice === value)?.[0];
}
