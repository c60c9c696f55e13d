/** How fast bytes go, smoothed, and how long the rest takes. */

/** After this long half of what is shown is new: quick to follow, and steady to read. */
const HALF_LIFE_MS = 3_000;
const LEAST_GAP_MS = 250;

export class Meter {
  #bytes: number;
  #at: number;
  #perSecond: number | undefined;

  constructor(bytes: number, now: number) {
    this.#bytes = bytes;
    this.#at = now;
  }

  /** Take note of how many bytes are sent by now. */
  note(bytes: number, now: number): void {
    if (bytes < this.#bytes) [this.#bytes, this.#at] = [bytes, now]; // they are sent again
    const gap = now - this.#at;
    if (gap < LEAST_GAP_MS) return;
    const latest = ((bytes - this.#bytes) * 1_000) / gap;
    const kept = this.#perSecond === undefined ? 0 : 0.5 ** (gap / HALF_LIFE_MS);
    this.#perSecond = kept * (this.#perSecond ?? 0) + (1 - kept) * latest;
    this.#bytes = bytes;
    this.#at = now;
  }

  /** Bytes a second; undefined until there is something to tell it by. */
  get speed(): number | undefined {
    return this.#perSecond;
  }

  /** Seconds until all of `total` are sent; undefined while nothing goes. */
  secondsLeft(total: number): number | undefined {
    if (!this.#perSecond || this.#perSecond < 1) return undefined;
    return Math.max(0, total - this.#bytes) / this.#perSecond;
  }
}
