/**
 * Uploads that are under way, kept in the browser's database to outlive a reload.
 *
 * Where nothing can be kept, as in some private windows, an upload goes on without.
 */

import type { FileHandle } from "../files";
import type { Options } from "../options";

/** What is needed to go on with an upload; of the file, what tells whether it is the same. */
export interface KeptUpload {
  job_id: string;
  name: string;
  size_bytes: number;
  last_modified: number;
  /** Lets the file be read again without being chosen again; not every browser has one. */
  handle: FileHandle | undefined;
  options: Options;
  /** The import's Idempotency-Key: announced again with it, it is the same import. */
  key: string;
  plan: UploadPlan;
}

export type UploadPlan =
  | { method: "PUT" }
  | { method: "MULTIPART"; part_size: number; part_count: number };

const DATABASE = "product-importer";
const STORE = "uploads";

export async function keepUpload(kept: KeptUpload): Promise<void> {
  await use("readwrite", (store) => store.put(kept)).catch(() => undefined);
}

export async function forgetUpload(jobId: string): Promise<void> {
  await use("readwrite", (store) => store.delete(jobId)).catch(() => undefined);
}

/** Return the uploads that no tab is busy with. */
export async function readKeptUploads(): Promise<KeptUpload[]> {
  const all = await use<KeptUpload[]>("readonly", (store) => store.getAll()).catch(() => []);
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const busy = new Set(held.map((lock) => lock.name));
  return all.filter((kept) => !busy.has(nameLock(kept.job_id)));
}

/** Let other tabs know that this one is busy with an upload; call what is returned when it ends. */
export function holdUpload(jobId: string): () => void {
  let release = () => {};
  const over = new Promise<void>((resolve) => {
    release = resolve;
  });
  void navigator.locks?.request(nameLock(jobId), { ifAvailable: true }, () => over);
  return release;
}

function nameLock(jobId: string): string {
  return `${DATABASE}.upload.${jobId}`;
}

async function use<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await answerOf(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "job_id" });
  return answerOf(opening);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
