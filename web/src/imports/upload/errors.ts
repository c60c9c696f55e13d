/** Upload errors, and which of them are retried. */

import { isTransient } from "../../api/problems";

/** S3 rejected the bytes; status 0 means no response. */
export class StorageError extends Error {
  override name = "StorageError";
  readonly status: number;

  constructor(status: number) {
    super(
      status === 0
        ? "Can't reach the storage. Retrying…"
        : `The storage rejected the upload with status ${status}.`,
    );
    this.status = status;
  }
}

/** The file can't be read any more. */
export class FileChangedError extends Error {
  override name = "FileChangedError";

  constructor(name: string) {
    super(`${name} was changed, moved or deleted after you chose it. Choose it again.`);
  }
}

/** The upload has expired. */
export class UploadExpiredError extends Error {
  override name = "UploadExpiredError";

  constructor() {
    super("The upload has expired. Import the file again.");
  }
}

/** The session ended while the upload was queued. */
export class SignedOutError extends Error {
  override name = "SignedOutError";

  constructor() {
    super("Stopped because you signed out. Retry to import it with the current key.");
  }
}

/** The upload module couldn't be loaded, for example after a deployment. */
export class PageOutdatedError extends Error {
  override name = "PageOutdatedError";

  constructor() {
    super("The uploader couldn't be loaded. Reload the page and try again.");
  }
}

/** Whether the upload is retried automatically after an error. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof StorageError)) return isTransient(error);
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** Return an error of Uppy as a StorageError if it has a status. */
export function toUploadError(error: unknown): unknown {
  const status = statusOf(error);
  return status === undefined ? error : new StorageError(status);
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("source" in error)) return undefined;
  const { source } = error;
  const hasStatus = typeof source === "object" && source !== null && "status" in source;
  return hasStatus && typeof source.status === "number" ? source.status : undefined;
}

/** Return the cause of an error: an unreadable file looks like a lost connection. */
export async function findCause(error: unknown, file: File): Promise<unknown> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return error;
  } catch {
    return new FileChangedError(file.name);
  }
}
