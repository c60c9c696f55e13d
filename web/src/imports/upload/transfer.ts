/** One attempt to upload a file to S3 with Uppy: four parts at a time, or a single PUT. */

import AwsS3, { type AwsS3Options } from "@uppy/aws-s3";
import Uppy, { type Body, type Meta } from "@uppy/core";
import { toUploadError } from "./errors";
import { sendToSignedUrl } from "./signedUrl";

export interface UploadedPart {
  part_number: number;
  etag: string;
  size_bytes: number;
}

/** The target of a single PUT. */
export interface PutTarget {
  method: "PUT";
  findUrl: () => Promise<{ url: string; headers: Record<string, string> }>;
}

/** The target of a multipart upload. */
export interface MultipartTarget {
  method: "MULTIPART";
  partSize: number;
  listParts: () => Promise<UploadedPart[]>;
  findUrl: (partNumber: number) => Promise<string>;
  complete: (parts: { part_number: number; etag: string }[]) => Promise<unknown>;
}

export type Target = PutTarget | MultipartTarget;

const PARTS_AT_ONCE = 4;
/** Short, for a hiccup of a single part; the upload itself has longer retries. */
const RETRY_DELAYS_MS = [500, 1_500];
/** Uppy requires an upload ID; the API identifies the upload by its job. */
const STARTED = { uploadId: "started", key: "started" };
const SILENT = { debug() {}, warn() {}, error() {} };

/** Send the missing bytes; resolve when the object is complete. `signal` aborts at once. */
export async function transfer(
  file: File,
  target: Target,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  signal.throwIfAborted();
  const uppy = new Uppy<Meta, Body>({ logger: SILENT });
  uppy.use(AwsS3, target.method === "PUT" ? toOnePut(target) : toParts(target, onSent));
  const id = uppy.addFile({ name: file.name, type: "text/csv", data: file });
  // This makes Uppy list the uploaded parts before it sends any.
  const started = { ...uppy.getFile(id), s3Multipart: STARTED };
  if (target.method === "MULTIPART") uppy.setFileState(id, started);
  uppy.on("upload-progress", (_, { bytesUploaded }) => bytesUploaded && onSent(bytesUploaded));
  try {
    await upload(uppy, signal);
  } finally {
    uppy.destroy();
  }
}

function upload(uppy: Uppy<Meta, Body>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    uppy.on("upload-error", (_, error) => reject(toUploadError(error)));
    uppy.on("upload-success", () => resolve());
    uppy.upload().catch(reject);
  });
}

type PartUpload = Parameters<typeof AwsS3.uploadPartBytes>[0];
type Signature = PartUpload["signature"];

/** Send a part or the whole file as Uppy does, but renew expired URLs. */
function send(part: PartUpload, renew: () => Promise<Signature>) {
  const sendTo = (signature: Signature) => AwsS3.uploadPartBytes({ ...part, signature });
  return sendToSignedUrl(part.signature, sendTo, renew);
}

function toOnePut(target: PutTarget): AwsS3Options<Meta, Body> {
  const find = async (): Promise<Signature> => ({ method: "PUT", ...(await target.findUrl()) });
  return {
    shouldUseMultipart: false,
    retryDelays: RETRY_DELAYS_MS,
    getUploadParameters: find,
    uploadPartBytes: (part) => send(part, find),
  };
}

function toParts(
  target: MultipartTarget,
  onSent: (bytes: number) => void,
): AwsS3Options<Meta, Body> {
  const partOf = new WeakMap<Signature, number>(); // Uppy doesn't pass the part number
  const find = async (partNumber: number) => {
    const signature: Signature = { method: "PUT", url: await target.findUrl(partNumber) };
    partOf.set(signature, partNumber);
    return signature;
  };
  return {
    shouldUseMultipart: true,
    limit: PARTS_AT_ONCE,
    retryDelays: RETRY_DELAYS_MS,
    getChunkSize: () => target.partSize,
    createMultipartUpload: () => STARTED,
    listParts: async () => {
      const uploaded = await target.listParts();
      onSent(uploaded.reduce((sum, part) => sum + part.size_bytes, 0));
      return uploaded.map((part) => ({ PartNumber: part.part_number, ETag: part.etag }));
    },
    signPart: (_, { partNumber }) => find(partNumber),
    uploadPartBytes: (part) => send(part, () => find(partOf.get(part.signature) ?? 0)),
    completeMultipartUpload: async (_, { parts }) => {
      await target.complete(
        parts.map((part) => ({ part_number: part.PartNumber ?? 0, etag: part.ETag ?? "" })),
      );
      return {};
    },
    abortMultipartUpload: () => {}, // uploaded parts are kept to resume from; the job's cancel deletes them
  };
}
