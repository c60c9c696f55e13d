/** The rejected records, each with its line, reason and text. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import { useState } from "react";
import { api, nextCursor, request, type Schema } from "../../api/client";
import { messageFor } from "../../api/messages";
import { linkTo } from "../../app/route";
import type { ImportJob } from "../../jobs/job";
import { Button, ButtonLink } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { More } from "../../ui/rows";
import { ErrorNotice, Loading } from "../../ui/states";
import { findFileFormat } from "../fix/fix";
import { DownloadReport } from "./DownloadReport";
import style from "./job.module.css";
import { Repair } from "./Repair";

const PAGE = 50;
const MAX_SHOWN = 300;

/** Read a job's rejects page by page. A retry can have more of them. */
export function useRejects({ job_id, attempt }: ImportJob, limit = PAGE) {
  return useInfiniteQuery({
    queryKey: ["rejects", job_id, attempt, limit],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit, ...(pageParam && { cursor: pageParam }) };
      const params = { path: { job_id }, query };
      return request(api.GET("/imports/{job_id}/rejects", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function Rejects({ job }: { job: ImportJob }) {
  const rejects = useRejects(job);
  const shown = rejects.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card stack" aria-labelledby="rejects">
      <div className="row spread">
        <div>
          <h2 id="rejects">
            {formatCount(job.counts.rejected)} rejected{" "}
            {job.counts.rejected === 1 ? "record" : "records"}
          </h2>
          {job.repair && <Repair repair={job.repair} />}
        </div>
        <div className="row">
          <DownloadReport jobId={job.job_id} of="rejects" />
          {findFileFormat(job) && (
            <ButtonLink
              kind="primary"
              href={linkTo(`import/${job.job_id}/fix`)}
              icon={<Wrench size={17} aria-hidden />}
            >
              Fix rejected records
            </ButtonLink>
          )}
        </div>
      </div>
      {rejects.isPending && <Loading />}
      {rejects.error && !rejects.isFetchNextPageError && (
        <ErrorNotice error={rejects.error} retry={() => void rejects.refetch()} />
      )}
      {shown.length > 0 && <RejectTable rejects={shown} />}
      {rejects.hasNextPage && (
        <p className="soft small">
          {formatCount(shown.length)} of {formatCount(job.counts.rejected)} shown
        </p>
      )}
      <More {...rejects} />
    </section>
  );
}

function RejectTable({ rejects }: { rejects: Schema["Reject"][] }) {
  return (
    <section className={`scroll ${style.rejects}`} aria-label="Rejected records" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              Line
            </th>
            <th scope="col">Field</th>
            <th scope="col">Reason</th>
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>
          {rejects.map((reject) => (
            <tr key={reject.line}>
              <td className="number">{formatCount(reject.line)}</td>
              <td>{reject.field ?? <span className="soft">Whole record</span>}</td>
              <td className={style.reason}>{messageFor(reject)}</td>
              <td>
                <Record reject={reject} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The record's text; a long text is truncated until the reader expands it. */
function Record({ reject: { record, truncated, line } }: { reject: Schema["Reject"] }) {
  const [isWhole, setWhole] = useState(record.length <= MAX_SHOWN);
  return (
    <>
      <code className={style.record}>{isWhole ? record : `${record.slice(0, MAX_SHOWN)}…`}</code>
      {!isWhole && (
        <Button
          aria-label={`Show all of the record in line ${line}`}
          onClick={() => setWhole(true)}
        >
          Show all
        </Button>
      )}
      {isWhole && truncated && (
        <span className="soft small">Only the first 64 KiB were stored.</span>
      )}
    </>
  );
}
