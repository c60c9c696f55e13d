/** The upload queue of this tab: files are uploaded and imported one after another, in any view. */

import { useSyncExternalStore } from "react";
import { currentToken, watchSession } from "../../session/token";
import type { ChosenProfile } from "../choose/applyProfile";
import type { ChosenFile } from "../files";
import type { Apply, Options } from "../options";
import { SignedOutError } from "./errors";
import { isFinished, isUploadPending, occupiesQueue, type UploadEvent } from "./machine";
import type { SavedUpload } from "./saved";
import { loadTransfer, Upload, type UploadSnapshot } from "./upload";

let uploads: Upload[] = [];
let snapshots: UploadSnapshot[] = [];
const listeners = new Set<() => void>();

addEventListener("offline", () => dispatchToAll("connection_lost"));
addEventListener("online", () => dispatchToAll("connection_retried"));
// Never upload the files of one session under the key of another.
watchSession(() => currentToken() ?? dispatchToAll("signed_out", new SignedOutError()));
addEventListener("beforeunload", (event) => {
  if (uploads.some((upload) => isUploadPending(upload.state))) event.preventDefault();
});

/** Return the snapshots of all uploads, in order; renders again when they change. */
export function useUploads(): UploadSnapshot[] {
  return useSyncExternalStore(subscribe, () => snapshots);
}

/** Add a file. Nothing is uploaded before it is started. */
export function addUpload(chosen: ChosenFile, options: Options): Upload {
  loadTransfer().catch(() => undefined); // preload; an error is reported when the upload starts
  return enqueue(new Upload(chosen, options, notify));
}

/** Resume an upload of an earlier page. Idempotent. */
export function resumeSavedUpload(saved: SavedUpload, file: File): void {
  const isSame = (upload: Upload) => upload.jobId === saved.job_id && !isFinished(upload.state);
  if (uploads.some(isSame)) return;
  enqueue(Upload.resume(saved, file, notify)).dispatch({ event: "started" });
}

export function startUpload(id: string): void {
  dispatchTo(id, "started");
}

export function pauseUpload(id: string): void {
  dispatchTo(id, "paused");
}

export function resumeUpload(id: string): void {
  dispatchTo(id, "resumed");
}

export function retryConnection(id: string): void {
  dispatchTo(id, "connection_retried");
}

/** Set the options of a file, and the profile that they come from if that changes too. */
export function setUploadOptions(
  id: string,
  options: Options,
  profile?: ChosenProfile | null,
): void {
  find(id)?.setOptions(options, profile);
}

/** Set whether a file's import only makes a plan, which waits to be applied. */
export function setUploadApply(id: string, apply: Apply): void {
  find(id)?.setApply(apply);
}

/** Cancel an upload and its import. Raises if the API request fails. */
export async function cancelUpload(id: string): Promise<void> {
  await find(id)?.cancel();
}

/** Remove a file from the list. */
export function removeUpload(id: string): void {
  find(id)?.dispatch({ event: "cancelled" });
  uploads = uploads.filter((upload) => upload.id !== id);
  notify();
}

function enqueue(upload: Upload): Upload {
  uploads = [...uploads, upload];
  notify();
  return upload;
}

function find(id: string): Upload | undefined {
  return uploads.find((upload) => upload.id === id);
}

function dispatchTo(id: string, event: UploadEvent): void {
  find(id)?.dispatch({ event });
}

function dispatchToAll(event: UploadEvent, error?: Error): void {
  for (const upload of uploads) upload.dispatch({ event, error });
}

function notify(): void {
  const isIdle = !uploads.some((upload) => occupiesQueue(upload.state));
  const next = isIdle && uploads.find((upload) => upload.state.status === "queued");
  if (next) next.dispatch({ event: "turn_started" });
  snapshots = uploads.map((upload) => upload.snapshot);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
