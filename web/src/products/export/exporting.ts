/** The export started here, polled until it finishes. */

import { api, request } from "../../api/client";
import type { IdempotencyHeader } from "../../api/idempotency";
import type { useFollowedJob } from "../../jobs/followed";
import type { ExportBody } from "./request";

export type Exporting = ReturnType<typeof useFollowedJob<"export">>;

/** Start an export; return the job's id. */
export async function startExport(body: ExportBody, header: IdempotencyHeader): Promise<string> {
  return (await request(api.POST("/exports", { body, params: { header } }))).job_id;
}
