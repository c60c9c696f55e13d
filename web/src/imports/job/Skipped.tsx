/** The skipped records, each with its line, reason and SKU. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { api, nextCursor, request, type Schema } from "../../api/client";
import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";
import { More } from "../../ui/rows";
import { ErrorNotice, Loading } from "../../ui/states";
import { DownloadReport } from "./DownloadReport";
import style from "./job.module.css";

const PAGE = 50;

export function Skipped({ job }: { job: ImportJob }) {
  const skipped = useSkipped(job);
  const shown = skipped.data?.pages.flatMap((page) => page.items) ?? [];
  const count = job.counts.skipped;
  return (
    <section className="card stack" aria-labelledby="skipped">
      <div className="row spread">
        <div>
          <h2 id="skipped">
            {formatCount(count)} skipped {count === 1 ? "record" : "records"}
          </h2>
          <p className="soft small">Left out on purpose. They aren't errors.</p>
        </div>
        <DownloadReport jobId={job.job_id} of="skipped" />
      </div>
      {skipped.isPending && <Loading />}
      {skipped.error && !skipped.isFetchNextPageError && (
        <ErrorNotice error={skipped.error} retry={() => void skipped.refetch()} />
      )}
      {shown.length > 0 && <SkipTable skips={shown} />}
      {skipped.hasNextPage && (
        <p className="soft small">
          {formatCount(shown.length)} of {formatCount(count)} shown
        </p>
      )}
      <More {...skipped} />
    </section>
  );
}

/** Read a job's skipped records page by page. A retry can have more of them. */
function useSkipped({ job_id, attempt }: ImportJob) {
  return useInfiniteQuery({
    queryKey: ["skipped", job_id, attempt],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      const params = { path: { job_id }, query };
      return request(api.GET("/imports/{job_id}/skipped", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function SkipTable({ skips }: { skips: Schema["Skip"][] }) {
  return (
    <section className={`scroll ${style.rejects}`} aria-label="Skipped records" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              Line
            </th>
            <th scope="col">SKU</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {skips.map(({ line, sku, message }) => (
            <tr key={line}>
              <td className="number">{formatCount(line)}</td>
              <td>{sku ?? <span className="soft">None</span>}</td>
              <td className={style.reason}>{message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
