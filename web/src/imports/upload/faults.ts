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

/** Refusals in a row that are met with new addresses before a person is asked. */
const MOST_REFUSALS = 3;

/** Whether the upload should go on by itself after this, having failed so often in a row. */
export function goesOnAfter(error: unknown, failures: number): boolean {
  if (!(error instanceof StorageError)) return isPassing(error);
  const isAway = error.status === 0 || error.status === 429 || error.status >= 500;
  // An address that has expired is refused as well, and the next one may be taken.
  return isAway || (error.status === 403 && failures < MOST_REFUSALS);
}

/** Return what an XMLHttpRequest that Uppy made says of its failure. */
export function readFault(error: unknown): unknown {
  if (error instanceof Error && "source" in error && error.source instanceof XMLHttpRequest) {
    return new StorageError(error.source.status);
  }
  return error;
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
