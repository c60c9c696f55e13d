/** Creating an import at the API, and the target of its upload. */

import { api, request, type Schema } from "../../api/client";
import { type ChosenProfile, idOfProfile } from "../choose/applyProfile";
import type { Apply, Options } from "../options";
import { UploadExpiredError } from "./errors";
import { PartUrls } from "./partUrls";
import type { SavedUpload, UploadPlan } from "./saved";
import type { MultipartTarget, PutTarget, Target, UploadedPart } from "./transfer";

type Import = Schema["Import"];

/** The minimum of S3: so that little is sent again after an interruption. */
const PART_SIZE_BYTES = 5 * 1024 ** 2;

/** What an import is created from. The same idempotency key means the same import. */
export interface ImportRequest {
  file: File;
  options: Options;
  apply: Apply | undefined;
  profile: ChosenProfile | null | undefined;
  parentJobId: string | undefined;
  key: string;
}

export interface CreatedImport {
  jobId: string;
  plan: UploadPlan;
  target: Target;
}

/** Create the import of a file. */
export async function createImport(details: ImportRequest): Promise<CreatedImport> {
  const created = await request(postImport(details));
  const { job_id: jobId, upload } = created;
  if (!upload) throw new UploadExpiredError();
  if (upload.method === "PUT") {
    return { jobId, plan: { method: "PUT" }, target: toOnePut(details, created) };
  }
  const { method, part_size, part_count } = upload;
  const target = toParts(jobId, { method, part_size, part_count }, upload);
  return { jobId, plan: { method, part_size, part_count }, target };
}

/** Resume an import that was created before this page was loaded. */
export function resumeImport(
  { job_id: jobId, plan, options, apply, profile, parentJobId, key }: SavedUpload,
  file: File,
): CreatedImport {
  const target =
    plan.method === "PUT"
      ? toOnePut({ file, options, apply, profile, parentJobId, key })
      : toParts(jobId, plan, undefined);
  return { jobId, plan, target };
}

function postImport({ file, options, apply, profile, parentJobId, key }: ImportRequest) {
  return api.POST("/imports", {
    body: {
      filename: file.name,
      size_bytes: file.size,
      options,
      apply,
      ...idOfProfile(profile),
      ...(parentJobId && { parent_job_id: parentJobId }),
      part_size_bytes: PART_SIZE_BYTES,
    },
    params: { header: { "Idempotency-Key": key } },
  });
}

/** The first PUT uses the first response; later ones repeat the request to get a new URL. */
function toOnePut(details: ImportRequest, first?: Import): PutTarget {
  let unused = first;
  return {
    method: "PUT",
    findUrl: async () => {
      const { upload } = unused ?? (await request(postImport(details)));
      unused = undefined;
      if (upload?.method !== "PUT") throw new UploadExpiredError();
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
  const urls = new PartUrls(plan.part_count, (part_numbers) =>
    request(api.POST("/imports/{job_id}/parts", { params: { path }, body: { part_numbers } })),
  );
  if (first) urls.hold(first);
  let isNew = first !== undefined;
  return {
    method: "MULTIPART",
    partSize: plan.part_size,
    listParts: async () => {
      const uploaded = isNew ? [] : await listParts(jobId);
      isNew = false;
      urls.expectAllExcept(uploaded.map((part) => part.part_number));
      return uploaded;
    },
    findUrl: (partNumber) => urls.take(partNumber),
    complete: (parts) =>
      request(api.POST("/imports/{job_id}/complete", { params: { path }, body: { parts } })),
  };
}

/** Return the parts at S3. */
export async function listParts(jobId: string): Promise<UploadedPart[]> {
  const found: UploadedPart[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: 1_000, ...(cursor && { cursor }) };
    const params = { path: { job_id: jobId }, query };
    const page = await request(api.GET("/imports/{job_id}/parts", { params }));
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}
