/** The changes of a plan: filters, a table of pages, and all of them as a file. */

import { api, request } from "../../api/client";
import { DownloadButton } from "../../jobs/DownloadButton";
import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";
import { More } from "../../ui/rows";
import { ErrorNotice, Loading } from "../../ui/states";
import { ChangeFilterBar } from "./ChangeFilterBar";
import { ChangeTable } from "./ChangeTable";
import { type ChangeFilters, countChanges, countMatching, type Plan } from "./plan";
import style from "./plan.module.css";
import { useChanges } from "./requests";

/** The id of the heading. */
export const CHANGES = "changes";

interface Props {
  job: ImportJob;
  plan: Plan;
  filters: ChangeFilters;
}

export function Changes({ job, plan, filters }: Props) {
  const changes = useChanges(job, filters);
  const shown = changes.data?.pages.flatMap((page) => page.items) ?? [];
  const count = countMatching(plan, filters);
  if (!countChanges(plan)) return null;
  const params = { path: { job_id: job.job_id }, query: { of: "changes" as const } };
  return (
    <section className="card stack" aria-labelledby={CHANGES}>
      <div className="row spread">
        <h2 id={CHANGES} tabIndex={-1} className={style.heading}>
          Changes
        </h2>
        <DownloadButton find={() => request(api.GET("/imports/{job_id}/report", { params }))}>
          Download all<span className="hidden-visually"> changes</span>
        </DownloadButton>
      </div>
      <ChangeFilterBar job={job} plan={plan} filters={filters} />
      {changes.isPending && <Loading />}
      {changes.error && !changes.isFetchNextPageError && (
        <ErrorNotice error={changes.error} retry={() => void changes.refetch()} />
      )}
      {changes.isSuccess && !shown.length && <p className="soft">No matching changes.</p>}
      {shown.length > 0 && <ChangeTable changes={shown} plan={plan} />}
      {changes.hasNextPage && (
        <p className="soft small">
          {formatCount(shown.length)} of {formatCount(count)} shown
        </p>
      )}
      <More {...changes} />
    </section>
  );
}
