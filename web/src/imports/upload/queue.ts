/** The files of this tab: they are sent and imported one after another, whichever view is shown. */

import { useSyncExternalStore } from "react";
import { readToken, watchSession } from "../../session/token";
import type { ChosenFile } from "../files";
import type { Options } from "../options";
import { SignedOutError } from "./faults";
import type { KeptUpload } from "./kept";
import { hasTurn, isOver, isUnderWay, type What } from "./machine";
import { loadTransfer, type ShownUpload, Upload } from "./upload";

let uploads: Upload[] = [];
let shown: ShownUpload[] = [];
const listeners = new Set<() => void>();

addEventListener("offline", () => happenToAll("connection_lost"));
addEventListener("online", () => happenToAll("connection_tried"));
// Nobody's files are sent for another.
watchSession(() => readToken() ?? happenToAll("signed_out", new SignedOutError()));
addEventListener("beforeunload", (event) => {
  if (uploads.some((upload) => isUnderWay(upload.state))) event.preventDefault();
});

/** Return what is to be seen of each file, in their order; renders anew when it changes. */
export function useUploads(): ShownUpload[] {
  return useSyncExternalStore(subscribe, () => shown);
}

/** Add a file to look at; nothing is sent of it before it is started. */
export function addUpload(chosen: ChosenFile, options: Options): Upload {
  loadTransfer().catch(() => undefined); // while there is nothing to lose: it may fail
  return join(new Upload(chosen, options, tell));
}

/** Go on with an upload that a page before this one began; a second time changes nothing. */
export function goOnWithUpload(kept: KeptUpload, file: File): void {
  const isHere = (upload: Upload) => upload.jobId === kept.job_id && !isOver(upload.state);
  if (uploads.some(isHere)) return;
  join(Upload.goOn(kept, file, tell)).happen({ what: "started" });
}

export function startUpload(id: string): void {
  happenTo(id, "started");
}

export function pauseUpload(id: string): void {
  happenTo(id, "paused");
}

export function resumeUpload(id: string): void {
  happenTo(id, "resumed");
}

export function tryConnection(id: string): void {
  happenTo(id, "connection_tried");
}

export function setUploadOptions(id: string, options: Options): void {
  find(id)?.setOptions(options);
}

/** Cancel an upload and its import; raises where the API could not be told. */
export async function cancelUpload(id: string): Promise<void> {
  await find(id)?.cancel();
}

/** Take a file off the list. */
export function removeUpload(id: string): void {
  find(id)?.happen({ what: "cancelled" });
  uploads = uploads.filter((upload) => upload.id !== id);
  tell();
}

function join(upload: Upload): Upload {
  uploads = [...uploads, upload];
  tell();
  return upload;
}

function find(id: string): Upload | undefined {
  return uploads.find((upload) => upload.id === id);
}

function happenTo(id: string, what: What): void {
  find(id)?.happen({ what });
}

function happenToAll(what: What, error?: Error): void {
  for (const upload of uploads) upload.happen({ what, error });
}

function tell(): void {
  const isTurnFree = !uploads.some((upload) => hasTurn(upload.state));
  const next = isTurnFree && uploads.find((upload) => upload.state.at === "queued");
  if (next) next.happen({ what: "turn_came" });
  shown = uploads.map((upload) => upload.shown);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
