/** One go at putting a file's bytes into S3, with Uppy: four parts at once, or one PUT. */

import AwsS3, { type AwsS3Options } from "@uppy/aws-s3";
import Uppy, { type Body, type Meta } from "@uppy/core";
import { sendTo } from "./addressed";
import { readFault } from "./faults";

export interface UploadedPart {
  part_number: number;
  etag: string;
  size_bytes: number;
}

/** Where one PUT goes. */
export interface PutTarget {
  method: "PUT";
  findAddress: () => Promise<{ url: string; headers: Record<string, string> }>;
}

/** Where parts go, which of them are there, and how they become one object. */
export interface MultipartTarget {
  method: "MULTIPART";
  partSize: number;
  listParts: () => Promise<UploadedPart[]>;
  findAddress: (partNumber: number) => Promise<string>;
  complete: (parts: { part_number: number; etag: string }[]) => Promise<unknown>;
}

export type Target = PutTarget | MultipartTarget;

const PARTS_AT_ONCE = 4;
/** Short of what the upload itself does when it fails: for a hiccup of one part among four. */
const RETRY_DELAYS_MS = [500, 1_500];
/** Uppy wants the upload's name; the API knows it by its job. */
const BEGUN = { uploadId: "begun", key: "begun" };
const SILENT = { debug() {}, warn() {}, error() {} };

/** Send what S3 does not have; resolves when the object is whole. Ends at once by `signal`. */
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
  // So marked, Uppy asks which parts are there before it sends any.
  const begun = { ...uppy.getFile(id), s3Multipart: BEGUN };
  if (target.method === "MULTIPART") uppy.setFileState(id, begun);
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
    uppy.on("upload-error", (_, error) => reject(readFault(error)));
    uppy.on("upload-success", () => resolve());
    uppy.upload().catch(reject);
  });
}

type Sending = Parameters<typeof AwsS3.uploadPartBytes>[0];
type Address = Sending["signature"];

/** Send a part, or the whole, as Uppy does, but with another address where one is refused. */
function send(sending: Sending, findAnother: () => Promise<Address>) {
  const sendThere = (signature: Address) => AwsS3.uploadPartBytes({ ...sending, signature });
  return sendTo(sending.signature, sendThere, findAnother);
}

function toOnePut(target: PutTarget): AwsS3Options<Meta, Body> {
  const find = async (): Promise<Address> => ({ method: "PUT", ...(await target.findAddress()) });
  return {
    shouldUseMultipart: false,
    retryDelays: RETRY_DELAYS_MS,
    getUploadParameters: find,
    uploadPartBytes: (sending) => send(sending, find),
  };
}

function toParts(
  target: MultipartTarget,
  onSent: (bytes: number) => void,
): AwsS3Options<Meta, Body> {
  const partOf = new WeakMap<Address, number>(); // Uppy does not say which part it sends
  const find = async (part: number) => {
    const address: Address = { method: "PUT", url: await target.findAddress(part) };
    partOf.set(address, part);
    return address;
  };
  return {
    shouldUseMultipart: true,
    limit: PARTS_AT_ONCE,
    retryDelays: RETRY_DELAYS_MS,
    getChunkSize: () => target.partSize,
    createMultipartUpload: () => BEGUN,
    listParts: async () => {
      const there = await target.listParts();
      onSent(there.reduce((sum, part) => sum + part.size_bytes, 0));
      return there.map((part) => ({ PartNumber: part.part_number, ETag: part.etag }));
    },
    signPart: (_, { partNumber }) => find(partNumber),
    uploadPartBytes: (sending) => send(sending, () => find(partOf.get(sending.signature) ?? 0)),
    completeMultipartUpload: async (_, { parts }) => {
      await target.complete(
        parts.map((part) => ({ part_number: part.PartNumber ?? 0, etag: part.ETag ?? "" })),
      );
      return {};
    },
    abortMultipartUpload: () => {}, // what is there stays, to go on from; a cancel is the job's
  };
}
