/** The records that were rejected: where they are, why, and what they were. */

import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Download, Wrench } from "lucide-react";
import { useState } from "react";
import { api, ask, nextCursor, type Schema } from "../../api/client";
import { wordsOf } from "../../api/words";
import { linkTo } from "../../app/route";
import type { ImportJob } from "../../jobs/job";
import { Button, ButtonLink } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { More } from "../../ui/rows";
import { Fault, Loading } from "../../ui/states";
import { readForm } from "../mend/mend";
import { isUnderWay } from "../upload/machine";
import { useUploads } from "../upload/queue";
import style from "./job.module.css";

const PAGE = 50;
const SHOWN_LETTERS = 300;

/** Ask for a job's rejects, a page at a time; those of a retry may be more. */
export function useRejects({ job_id, attempt }: ImportJob, limit = PAGE) {
  return useInfiniteQuery({
    queryKey: ["rejects", job_id, attempt, limit],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit, ...(pageParam && { cursor: pageParam }) };
      const params = { path: { job_id }, query };
      return ask(api.GET("/imports/{job_id}/rejects", { params, signal }));
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
        <h2 id="rejects">
          {formatCount(job.counts.rejected)} rejected{" "}
          {job.counts.rejected === 1 ? "record" : "records"}
        </h2>
        <div className="row">
          <DownloadRejects jobId={job.job_id} />
          {readForm(job) && (
            <ButtonLink
              kind="primary"
              href={linkTo(`import/${job.job_id}/mend`)}
              icon={<Wrench size={17} aria-hidden />}
            >
              Mend these records
            </ButtonLink>
          )}
        </div>
      </div>
      {rejects.isPending && <Loading />}
      {rejects.error && !rejects.isFetchNextPageError && (
        <Fault error={rejects.error} retry={() => void rejects.refetch()} />
      )}
      {shown.length > 0 && <RejectTable rejects={shown} />}
      {rejects.hasNextPage && (
        <p className="soft small">
          {formatCount(shown.length)} of {formatCount(job.counts.rejected)} are shown.
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
              <td>{reject.field ?? <span className="soft">record</span>}</td>
              <td className={style.reason}>{wordsOf(reject)}</td>
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

/** The record as it was; a long one in full only when asked for. */
function Record({ reject: { record, truncated, line } }: { reject: Schema["Reject"] }) {
  const [isWhole, setWhole] = useState(record.length <= SHOWN_LETTERS);
  return (
    <>
      <code className={style.record}>
        {isWhole ? record : `${record.slice(0, SHOWN_LETTERS)}…`}
      </code>
      {!isWhole && (
        <Button
          aria-label={`Show all of the record in line ${line}`}
          onClick={() => setWhole(true)}
        >
          Show all
        </Button>
      )}
      {isWhole && truncated && <span className="soft small">The rest was not kept.</span>}
    </>
  );
}

/** All rejects as a file: the API says where it is, and the browser fetches it without the key. */
function DownloadRejects({ jobId }: { jobId: string }) {
  const params = { path: { job_id: jobId } };
  const isBusy = useUploads().some(({ state }) => isUnderWay(state));
  const finding = useMutation({
    mutationFn: () => ask(api.GET("/imports/{job_id}/report", { params })),
    onSuccess: ({ url }) => {
      const link = document.createElement("a");
      link.href = url;
      // To the browser it is a page to go to, until it is told to keep it: it would ask first.
      if (isBusy) link.target = "_blank";
      link.click();
    },
  });
  return (
    <>
      {finding.error && <Fault error={finding.error} />}
      <Button
        icon={<Download size={17} aria-hidden />}
        isBusy={finding.isPending}
        onClick={() => finding.mutate()}
      >
        Download all
      </Button>
    </>
  );
}
