/** One file on its way: does what its state asks for, and tells whoever looks. */

import { api, ask } from "../../api/client";
import { isPassing } from "../../api/problems";
import { isFinal, readJob, type Watched } from "../../jobs/job";
import type { ChosenFile } from "../files";
import type { Options } from "../options";
import { type Announced, announce, goOnWith } from "./announced";
import { findCause, goesOnAfter, PageOutdatedError } from "./faults";
import { forgetUpload, holdUpload, type KeptUpload, keepUpload } from "./kept";
import { CHOSEN, follow, type Happening, isOver, type State, waitBeforeTrying } from "./machine";
import { Meter } from "./meter";

/** What is to be seen of an upload; a new one whenever anything has changed. */
export interface ShownUpload {
  id: string;
  file: File;
  options: Options;
  state: State;
  jobId: string | undefined;
  sentBytes: number;
  /** Bytes a second. */
  speed: number | undefined;
  secondsLeft: number | undefined;
}

/** Uppy comes with the first file. */
export function loadTransfer() {
  return import("./transfer").catch(() => {
    throw new PageOutdatedError();
  });
}

const TELL_EVERY_MS = 150;
const LOOK_EVERY_MS = 2_000;

export class Upload {
  readonly id = crypto.randomUUID();
  readonly #chosen: ChosenFile;
  readonly #tell: () => void;
  #options: Options;
  #key: string = crypto.randomUUID();
  #state: State = CHOSEN;
  #announced: Announced | undefined;
  #announcing: Promise<Announced> | undefined;
  #sentBytes = 0;
  #meter: Meter | undefined;
  #run: AbortController | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #trying: ReturnType<typeof setTimeout> | undefined;
  #release = () => {};

  constructor(chosen: ChosenFile, options: Options, tell: () => void) {
    this.#chosen = chosen;
    this.#options = options;
    this.#tell = tell;
  }

  /** Go on with one that a page before this one began. */
  static goOn(kept: KeptUpload, file: File, tell: () => void): Upload {
    const upload = new Upload({ file, handle: kept.handle }, kept.options, tell);
    upload.#key = kept.key;
    upload.#take(goOnWith(kept, file));
    return upload;
  }

  get shown(): ShownUpload {
    const { file } = this.#chosen;
    return {
      id: this.id,
      file,
      options: this.#options,
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
    return this.#announced?.jobId;
  }

  /** Change how the file is to be read, before it is announced. */
  setOptions(options: Options): void {
    if (this.#announced) return;
    this.#options = options;
    this.#key = crypto.randomUUID(); // another import from now on
    this.#tell();
  }

  /** Take note of something that happened, and do what it asks for. */
  happen(happening: Happening): void {
    const before = this.#state;
    this.#state = follow(before, happening);
    if (this.#state === before) return;
    if (before.at !== this.#state.at) this.#enter();
    this.#tell();
  }

  /** Cancel it, here at once and then at the API. */
  async cancel(): Promise<void> {
    this.happen({ what: "cancelled" });
    if (this.#state.at === "cancelled" && this.#announced) await cancel(this.#announced.jobId);
  }

  #enter(): void {
    clearTimeout(this.#trying);
    this.#run?.abort();
    this.#run = undefined;
    if (this.#state.at === "sending") void this.#send();
    if (this.#state.at === "importing") void this.#watch();
    if (this.#state.at === "waiting") {
      const tryIt = () => this.happen({ what: "connection_tried" });
      this.#trying = setTimeout(tryIt, waitBeforeTrying(this.#state));
    }
    if (isOver(this.#state)) this.#release();
  }

  /** Send what S3 does not have, until that is done, stopped or failed. */
  async #send(): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    try {
      await this.#sendUntil(run.signal);
      if (!run.signal.aborted) this.happen({ what: "sent" });
    } catch (error) {
      if (!run.signal.aborted) await this.#fail(error, run.signal);
    }
  }

  async #sendUntil(signal: AbortSignal): Promise<void> {
    const { file } = this.#chosen;
    const { transfer } = await loadTransfer();
    const announced = await this.#announceOnce();
    if (this.#state.at === "cancelled") await cancel(announced.jobId); // while it was announced
    signal.throwIfAborted();
    this.#meter = new Meter(this.#sentBytes, performance.now());
    await transfer(file, announced.target, signal, (bytes) => this.#move(bytes));
    await forgetUpload(announced.jobId);
  }

  /** Announce it, or wait for the answer where that was begun before a pause. */
  #announceOnce(): Promise<Announced> {
    this.#announcing ??= this.#announce().finally(() => {
      this.#announcing = undefined;
    });
    return this.#announcing;
  }

  async #announce(): Promise<Announced> {
    if (this.#announced) return this.#announced;
    const [options, key, { file, handle }] = [this.#options, this.#key, this.#chosen];
    const announced = await announce({ file, options, key });
    this.#take(announced);
    await keepUpload({
      job_id: announced.jobId,
      name: file.name,
      size_bytes: file.size,
      last_modified: file.lastModified,
      handle,
      options,
      key,
      plan: announced.plan,
    });
    return announced;
  }

  #take(announced: Announced): void {
    this.#announced = announced;
    this.#release = holdUpload(announced.jobId);
    this.#tell();
  }

  #move(bytes: number): void {
    const hasMoved = bytes > this.#sentBytes;
    this.#sentBytes = bytes;
    this.#meter?.note(bytes, performance.now());
    if (hasMoved) this.happen({ what: "moved" });
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#tell();
    }, TELL_EVERY_MS);
  }

  async #fail(fault: unknown, signal: AbortSignal): Promise<void> {
    const error = await findCause(fault, this.#chosen.file);
    if (goesOnAfter(error)) {
      if (!signal.aborted) this.happen({ what: "failed_for_now", error });
      return;
    }
    // What is refused may be so because the job was cancelled, or its upload completed, elsewhere.
    const isUnknown = !this.#announced || (await this.#isAwaited().catch(() => true));
    if (!signal.aborted) this.happen(isUnknown ? { what: "failed", error } : { what: "sent" });
  }

  async #isAwaited(): Promise<boolean> {
    const { job } = await readJob(this.#announced?.jobId ?? "");
    return job.status === "PENDING" && job.attempt === 1;
  }

  /** Look at the job until it has ended, so that the next file can have its turn. */
  async #watch(): Promise<void> {
    const jobId = this.#announced?.jobId ?? "";
    await forgetUpload(jobId);
    await untilEnded(jobId).catch(() => undefined); // gone, or not ours to see any more
    this.happen({ what: "ended" });
  }
}

async function cancel(jobId: string): Promise<void> {
  await ask(api.POST("/imports/{job_id}/cancel", { params: { path: { job_id: jobId } } }));
  await forgetUpload(jobId);
}

async function untilEnded(jobId: string): Promise<void> {
  let known: Watched | undefined;
  for (;;) {
    try {
      known = await readJob(jobId, known);
      if (isFinal(known.job)) return;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
