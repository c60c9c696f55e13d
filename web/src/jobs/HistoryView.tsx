/** All imports, bulk deletes, exports and undos, newest first, with live progress. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { api, nextCursor, request } from "../api/client";
import { messageFor } from "../api/messages";
import { goTo, linkTo, type ViewProps } from "../app/route";
import { ButtonLink, Choices, Field } from "../ui/controls";
import { formatSeconds, formatShare, Time } from "../ui/format";
import { More } from "../ui/rows";
import { Empty, ErrorNotice, Loading, ViewHead } from "../ui/states";
import { JobDrawer } from "./JobDrawer";
import { JobName } from "./JobName";
import { type Job, type JobSummary, jobQuery } from "./job";
import style from "./jobs.module.css";
import { CountsSummary, durationSeconds, StatusBadge } from "./status";

type Filters = { kind?: Job["kind"]; status?: Job["status"] };

const KINDS: [Job["kind"], string][] = [
  ["import", "Imports"],
  ["bulk_delete", "Bulk deletes"],
  ["export", "Exports"],
  ["revert", "Undos"],
];
const STATUSES: [Job["status"], string][] = [
  ["PENDING", "Waiting"],
  ["PROCESSING", "Running"],
  ["PLANNED", "Ready to apply"],
  ["COMPLETED", "Completed"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
];
const POLL_MS = 5_000;

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
        <ErrorNotice error={jobs.error} retry={() => void jobs.refetch()} />
      )}
      {jobs.isSuccess && !shown.length && <NoJobs isFiltered={isFiltered} />}
      {shown.length > 0 && <JobTable jobs={shown} />}
      <More {...jobs} />
      {path[1] && <JobDrawer jobId={path[1]} onClose={() => goTo(linkToHistory(filters))} />}
    </div>
  );
}

/** Poll the jobs. Each poll requests every loaded page, so more pages mean a longer interval. */
function useJobs(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ["jobs", filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...filters, ...(pageParam && { cursor: pageParam }) };
      return request(api.GET("/jobs", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    refetchInterval: ({ state }) => POLL_MS * Math.max(1, state.data?.pages.length ?? 0),
  });
}

function Filter({ kind, status }: Filters) {
  const apply = (filters: Filters) => goTo(linkToHistory(filters), { replace: true });
  return (
    <div className={style.filters}>
      <Field label={<span className="hidden-visually">Kind</span>}>
        <select
          value={kind ?? ""}
          onChange={({ target }) => apply({ kind: findChoice(KINDS, target.value), status })}
        >
          <option value="">All jobs</option>
          <Choices of={KINDS} />
        </select>
      </Field>
      <Field label={<span className="hidden-visually">Status</span>}>
        <select
          value={status ?? ""}
          onChange={({ target }) => apply({ kind, status: findChoice(STATUSES, target.value) })}
        >
          <option value="">Any status</option>
          <Choices of={STATUSES} />
        </select>
      </Field>
    </div>
  );
}

function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  const icon = <ScrollText size={40} aria-hidden />;
  if (isFiltered) {
    return (
      <Empty icon={icon} title="No matching jobs">
        <ButtonLink href={linkTo("jobs")}>Show all</ButtonLink>
      </Empty>
    );
  }
  return (
    <Empty icon={icon} title="No imports yet">
      <p>Every import, bulk delete, export and undo is listed here with its outcome.</p>
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
            <th scope="col">Job</th>
            <th scope="col">Status</th>
            <th scope="col">Outcomes</th>
            <th scope="col">Started</th>
            <th scope="col">Duration</th>
            <th scope="col">Started by</th>
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

/** A job in a row. A running job is polled on its own. */
function JobRow({ listed }: { listed: JobSummary }) {
  const isPolled = listed.status === "PROCESSING";
  const polled = useQuery({ ...jobQuery(listed.job_id), enabled: isPolled });
  const job = isPolled ? (polled.data?.job ?? listed) : listed;
  const seconds = durationSeconds(job);
  const isRunning = job.status === "PROCESSING";
  return (
    <tr>
      <td className={style.name}>
        <JobName job={job} />
      </td>
      <td className={style.status}>
        <StatusBadge job={job} />
        {isRunning && (
          <span className="soft small"> {formatShare(job.progress.percent / 100)}</span>
        )}
      </td>
      <td className={style.counts}>
        {job.error ? (
          <span className={style.error}>{messageFor(job.error)}</span>
        ) : (
          <CountsSummary job={job} />
        )}
      </td>
      <td>
        <Time at={job.created_at} isRelative />
      </td>
      <td className={style.duration}>
        {seconds === undefined ? <Dash /> : formatSeconds(seconds)}
      </td>
      <td className={style.by} title={job.requested_by?.name}>
        {job.requested_by?.name ?? <Dash />}
      </td>
    </tr>
  );
}

function Dash() {
  return (
    <span className="soft" data-none>
      –
    </span>
  );
}

function readFilters(parameters: URLSearchParams): Filters {
  const kind = findChoice(KINDS, parameters.get("kind"));
  const status = findChoice(STATUSES, parameters.get("status"));
  return { ...(kind && { kind }), ...(status && { status }) };
}

function linkToHistory(filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value);
  return linkTo("jobs", Object.fromEntries(given));
}

function findChoice<T extends string>(choices: [T, string][], value: string | null): T | undefined {
  return choices.find(([choice]) => choice === value)?.[0];
}
