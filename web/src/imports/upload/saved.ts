/**
 * Uploads in progress, saved in the browser's database to survive a reload.
 *
 * Some private windows can't save anything; uploads work there too, but don't survive a reload.
 */

import type { ChosenProfile } from "../choose/applyProfile";
import type { FileHandle } from "../files";
import type { Apply, Options } from "../options";

/** What is needed to resume an upload, and to recognize its file. */
export interface SavedUpload {
  job_id: string;
  name: string;
  size_bytes: number;
  last_modified: number;
  /** Reopens the file without asking the reader; not all browsers support it. */
  handle: FileHandle | undefined;
  options: Options;
  /** Undefined if an older page saved it. */
  apply: Apply | undefined;
  /** Undefined if an older page saved it. */
  profile: ChosenProfile | null | undefined;
  /** The import whose rejected records the file has. */
  parentJobId?: string | undefined;
  /** The import's idempotency key; repeating the request with it returns the same import. */
  key: string;
  plan: UploadPlan;
}

export type UploadPlan =
  | { method: "PUT" }
  | { method: "MULTIPART"; part_size: number; part_count: number };

const DATABASE = "product-importer";
const STORE = "uploads";

export async function saveUpload(saved: SavedUpload): Promise<void> {
  await use("readwrite", (store) => store.put(saved)).catch(() => undefined);
}

export async function deleteSavedUpload(jobId: string): Promise<void> {
  await use("readwrite", (store) => store.delete(jobId)).catch(() => undefined);
}

/** Return the uploads that no tab is sending. */
export async function listSavedUploads(): Promise<SavedUpload[]> {
  const all = await use<SavedUpload[]>("readonly", (store) => store.getAll()).catch(() => []);
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const locked = new Set(held.map((lock) => lock.name));
  return all.filter((saved) => !locked.has(lockName(saved.job_id)));
}

/** Mark an upload as being sent by this tab. Return a function that releases the lock. */
export function lockUpload(jobId: string): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  void navigator.locks?.request(lockName(jobId), { ifAvailable: true }, () => released);
  return release;
}

function lockName(jobId: string): string {
  return `${DATABASE}.upload.${jobId}`;
}

async function use<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await resultOf(run(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "job_id" });
  return resultOf(opening);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
