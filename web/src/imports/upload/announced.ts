/** An import that was announced to the API: where its bytes go, whatever was sent before. */

import { api, ask, type Schema } from "../../api/client";
import type { Options } from "../options";
import { PartAddresses } from "./addresses";
import { UploadOverError } from "./faults";
import type { KeptUpload, UploadPlan } from "./kept";
import type { MultipartTarget, PutTarget, Target, UploadedPart } from "./transfer";

type Import = Schema["Import"];

/** The least that S3 takes: so little of each part that was under way is sent again. */
const PART_SIZE_BYTES = 5 * 1024 ** 2;

/** What an import is announced with; with the same key it is the same import. */
export interface Announcement {
  file: File;
  options: Options;
  key: string;
}

export interface Announced {
  jobId: string;
  plan: UploadPlan;
  target: Target;
}

/** Announce a file. */
export async function announce(announcement: Announcement): Promise<Announced> {
  const answered = await ask(postImport(announcement));
  const { job_id: jobId, upload } = answered;
  if (!upload) throw new UploadOverError();
  if (upload.method === "PUT") {
    return { jobId, plan: { method: "PUT" }, target: toOnePut(announcement, answered) };
  }
  const { method, part_size, part_count } = upload;
  const target = toParts(jobId, { method, part_size, part_count }, upload);
  return { jobId, plan: { method, part_size, part_count }, target };
}

/** Go on with an import that was announced before this page was loaded. */
export function goOnWith({ job_id: jobId, plan, options, key }: KeptUpload, file: File): Announced {
  const target =
    plan.method === "PUT" ? toOnePut({ file, options, key }) : toParts(jobId, plan, undefined);
  return { jobId, plan, target };
}

function postImport({ file, options, key }: Announcement) {
  return api.POST("/imports", {
    body: {
      filename: file.name,
      size_bytes: file.size,
      options,
      part_size_bytes: PART_SIZE_BYTES,
    },
    params: { header: { "Idempotency-Key": key } },
  });
}

/** The first PUT uses the first answer; those after it announce the import again for a new URL. */
function toOnePut(announcement: Announcement, first?: Import): PutTarget {
  let fresh = first;
  return {
    method: "PUT",
    findAddress: async () => {
      const { upload } = fresh ?? (await ask(postImport(announcement)));
      fresh = undefined;
      if (upload?.method !== "PUT") throw new UploadOverError();
      return { url: upload.url, headers: upload.headers };
    },
  };
}

function toParts(
  jobId: string,
  plan: UploadPlan & { method: "MULTIPART" },
  first: Schema["PartUrls"] | undefined,
): MultipartTarget {
  const path = { job_id: jobId };
  const addresses = new PartAddresses(plan.part_count, (part_numbers) =>
    ask(api.POST("/imports/{job_id}/parts", { params: { path }, body: { part_numbers } })),
  );
  if (first) addresses.hold(first);
  let isFresh = first !== undefined;
  return {
    method: "MULTIPART",
    partSize: plan.part_size,
    listParts: async () => {
      const there = isFresh ? [] : await listParts(jobId);
      isFresh = false;
      addresses.wantAllBut(there.map((part) => part.part_number));
      return there;
    },
    findAddress: (partNumber) => addresses.take(partNumber),
    complete: (parts) =>
      ask(api.POST("/imports/{job_id}/complete", { params: { path }, body: { parts } })),
  };
}

/** Return the parts that S3 has. */
export async function listParts(jobId: string): Promise<UploadedPart[]> {
  const found: UploadedPart[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: 1_000, ...(cursor && { cursor }) };
    const params = { path: { job_id: jobId }, query };
    const page = await ask(api.GET("/imports/{job_id}/parts", { params }));
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}
