/** What can go wrong with the bytes on their way, and whether trying again may help. */

import { isPassing } from "../../api/problems";

/** S3 did not take the bytes; a status of 0 is no answer at all. */
export class StorageError extends Error {
  override name = "StorageError";
  readonly status: number;

  constructor(status: number) {
    super(
      status === 0
        ? "There is no connection to the storage. It is tried again."
        : `The storage refused the file's bytes (${status}).`,
    );
    this.status = status;
  }
}

/** The file itself cannot be read any more. */
export class FileChangedError extends Error {
  override name = "FileChangedError";

  constructor(name: string) {
    super(`${name} was changed, moved or deleted on this device after it was chosen.`);
  }
}

/** The time for an upload by one PUT is over. */
export class UploadOverError extends Error {
  override name = "UploadOverError";

  constructor() {
    super("The time for this upload is over. Import the file again.");
  }
}

/** Its turn would have come after somebody signed out. */
export class SignedOutError extends Error {
  override name = "SignedOutError";

  constructor() {
    super("It was waiting when the person who chose it signed out.");
  }
}

/** What sends files is no part of this page any more, or cannot be loaded. */
export class PageOutdatedError extends Error {
  override name = "PageOutdatedError";

  constructor() {
    super("A part of this page could not be loaded. Load the page again, and go on from there.");
  }
}

/** Whether the upload should go on by itself after this. */
export function goesOnAfter(error: unknown): boolean {
  if (!(error instanceof StorageError)) return isPassing(error);
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** Return what the request that Uppy made says of its failure. */
export function readFault(error: unknown): unknown {
  const status = statusOf(error);
  return status === undefined ? error : new StorageError(status);
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("source" in error)) return undefined;
  const { source } = error;
  const hasStatus = typeof source === "object" && source !== null && "status" in source;
  return hasStatus && typeof source.status === "number" ? source.status : undefined;
}

/** Return `error`, or that the file cannot be read any more, which looks like a lost connection. */
export async function findCause(error: unknown, file: File): Promise<unknown> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return error;
  } catch {
    return new FileChangedError(file.name);
  }
}
