/** A single upload: acts on the transitions of its state, and notifies the queue. */

import { api, request } from "../../api/client";
import { isTransient } from "../../api/problems";
import { hasSettled, type JobSnapshot, readJob } from "../../jobs/job";
import type { ChosenProfile } from "../choose/applyProfile";
import type { ChosenFile } from "../files";
import type { Apply, Options } from "../options";
import { type CreatedImport, createImport, resumeImport } from "./createImport";
import { findCause, isRetryable, PageOutdatedError } from "./errors";
import {
  CHOSEN,
  isFinished,
  retryDelayMs,
  type State,
  type StateChange,
  transition,
} from "./machine";
import { Meter } from "./meter";
import { findParent } from "./parent";
import { deleteSavedUpload, lockUpload, type SavedUpload, saveUpload } from "./saved";

/** An immutable snapshot of an upload. */
export interface UploadSnapshot {
  id: string;
  file: File;
  options: Options;
  /** Whether it only makes a plan, which waits to be applied. */
  apply: Apply;
  /** The profile that the options come from. */
  profile: ChosenProfile | null;
  state: State;
  jobId: string | undefined;
  sentBytes: number;
  /** Bytes per second. */
  speed: number | undefined;
  secondsLeft: number | undefined;
}

/** Load Uppy with the first file. */
export function loadTransfer() {
  return import("./transfer").catch(() => {
    throw new PageOutdatedError();
  });
}

const NOTIFY_EVERY_MS = 150;
const POLL_MS = 2_000;

export class Upload {
  readonly id = crypto.randomUUID();
  readonly #chosen: ChosenFile;
  readonly #notify: () => void;
  #options: Options;
  #apply: Apply = "auto";
  #profile: ChosenProfile | null = null;
  #key: string = crypto.randomUUID();
  #state: State = CHOSEN;
  #created: CreatedImport | undefined;
  #creating: Promise<CreatedImport> | undefined;
  #sentBytes = 0;
  #meter: Meter | undefined;
  #transfer: AbortController | undefined;
  #notifyTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #release = () => {};

  constructor(chosen: ChosenFile, options: Options, notify: () => void) {
    this.#chosen = chosen;
    this.#options = options;
    this.#notify = notify;
  }

  /** Resume an upload of an earlier page. */
  static resume(saved: SavedUpload, file: File, notify: () => void): Upload {
    const { handle, parentJobId } = saved;
    const chosen = { file, handle, ...(parentJobId && { parentJobId }) };
    const upload = new Upload(chosen, saved.options, notify);
    upload.#key = saved.key;
    upload.#apply = saved.apply ?? "auto";
    upload.#profile = saved.profile ?? null;
    upload.#take(resumeImport(saved, file));
    return upload;
  }

  get snapshot(): UploadSnapshot {
    const { file } = this.#chosen;
    return {
      id: this.id,
      file,
      options: this.#options,
      apply: this.#apply,
      profile: this.#profile,
      state: this.#state,
      jobId: this.jobId,
      sentBytes: this.#sentBytes,
      speed: this.#meter?.speed,
      secondsLeft: this.#meter?.secondsLeft(file.size),
    };
  }

  get state(): State {
    return this.#state;
  }

  get jobId(): string | undefined {
    return this.#created?.jobId;
  }

  /** Change the options, and the profile that they come from, before the import is created. */
  setOptions(options: Options, profile = this.#profile): void {
    if (this.#created) return;
    this.#options = options;
    this.#profile = profile;
    this.#key = crypto.randomUUID(); // different options make a different import
    this.#notify();
  }

  setApply(apply: Apply): void {
    if (this.#created) return;
    this.#apply = apply;
    this.#key = crypto.randomUUID();
    this.#notify();
  }

  /** Apply an event and act on the transition. */
  dispatch(change: StateChange): void {
    const before = this.#state;
    this.#state = transition(before, change);
    if (this.#state === before) return;
    if (before.status !== this.#state.status) this.#enter();
    this.#notify();
  }

  /** Cancel the upload here, then the job at the API. */
  async cancel(): Promise<void> {
    this.dispatch({ event: "cancelled" });
    if (this.#state.status === "cancelled" && this.#created) await cancel(this.#created.jobId);
  }

  #enter(): void {
    clearTimeout(this.#retryTimer);
    this.#transfer?.abort();
    this.#transfer = undefined;
    if (this.#state.status === "sending") void this.#send();
    if (this.#state.status === "importing") void this.#watch();
    if (this.#state.status === "waiting") {
      const retry = () => this.dispatch({ event: "connection_retried" });
      this.#retryTimer = setTimeout(retry, retryDelayMs(this.#state));
    }
    if (isFinished(this.#state)) this.#release();
  }

  /** Send the missing bytes until the upload completes, is interrupted or fails. */
  async #send(): Promise<void> {
    const run = new AbortController();
    this.#transfer = run;
    try {
      await this.#sendUntil(run.signal);
      if (!run.signal.aborted) this.dispatch({ event: "sent" });
    } catch (error) {
      if (!run.signal.aborted) await this.#fail(error, run.signal);
    }
  }

  async #sendUntil(signal: AbortSignal): Promise<void> {
    const { file } = this.#chosen;
    const { transfer } = await loadTransfer();
    const created = await this.#createOnce();
    // Cancelled while the request was pending.
    if (this.#state.status === "cancelled") await cancel(created.jobId);
    signal.throwIfAborted();
    this.#meter = new Meter(this.#sentBytes, performance.now());
    await transfer(file, created.target, signal, (bytes) => this.#progress(bytes));
    await deleteSavedUpload(created.jobId);
  }

  /** Create the import, or wait for a request that was started before a pause. */
  #createOnce(): Promise<CreatedImport> {
    this.#creating ??= this.#createImport().finally(() => {
      this.#creating = undefined;
    });
    return this.#creating;
  }

  async #createImport(): Promise<CreatedImport> {
    if (this.#created) return this.#created;
    const [options, key, { file, handle }] = [this.#options, this.#key, this.#chosen];
    const [apply, profile] = [this.#apply, this.#profile];
    const parentJobId = this.#chosen.parentJobId ?? (await findParent(file.name));
    const created = await createImport({ file, options, apply, profile, parentJobId, key });
    this.#take(created);
    await saveUpload({
      job_id: created.jobId,
      name: file.name,
      size_bytes: file.size,
      last_modified: file.lastModified,
      handle,
      options,
      apply,
      profile,
      parentJobId,
      key,
      plan: created.plan,
    });
    return created;
  }

  #take(created: CreatedImport): void {
    this.#created = created;
    this.#release = lockUpload(created.jobId);
    this.#notify();
  }

  #progress(bytes: number): void {
    const hasProgressed = bytes > this.#sentBytes;
    this.#sentBytes = bytes;
    this.#meter?.record(bytes, performance.now());
    if (hasProgressed) this.dispatch({ event: "progressed" });
    this.#notifyTimer ??= setTimeout(() => {
      this.#notifyTimer = undefined;
      this.#notify();
    }, NOTIFY_EVERY_MS);
  }

  async #fail(cause: unknown, signal: AbortSignal): Promise<void> {
    const error = await findCause(cause, this.#chosen.file);
    if (isRetryable(error)) {
      if (!signal.aborted) this.dispatch({ event: "failed_temporarily", error });
      return;
    }
    // The job may have been cancelled, or its upload completed, elsewhere.
    const isPending = !this.#created || (await this.#isAwaited().catch(() => true));
    if (!signal.aborted) this.dispatch(isPending ? { event: "failed", error } : { event: "sent" });
  }

  async #isAwaited(): Promise<boolean> {
    const { job } = await readJob(this.#created?.jobId ?? "");
    return job.status === "PENDING" && job.attempt === 1;
  }

  /** Poll the job until it finishes or has its plan, then let the next file start. */
  async #watch(): Promise<void> {
    const jobId = this.#created?.jobId ?? "";
    await deleteSavedUpload(jobId);
    await waitForEnd(jobId).catch(() => undefined); // not found, or not authorized any more
    this.dispatch({ event: "ended" });
  }
}

async function cancel(jobId: string): Promise<void> {
  await request(api.POST("/imports/{job_id}/cancel", { params: { path: { job_id: jobId } } }));
  await deleteSavedUpload(jobId);
}

async function waitForEnd(jobId: string): Promise<void> {
  let known: JobSnapshot | undefined;
  for (;;) {
    try {
      known = await readJob(jobId, known);
      if (hasSettled(known.job)) return;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
