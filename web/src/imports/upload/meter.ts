/** The smoothed speed of an upload and its remaining time. */

/** The half-life of the moving average: responsive but readable. */
const HALF_LIFE_MS = 3_000;
const MIN_GAP_MS = 250;

export class Meter {
  #bytes: number;
  #at: number;
  #perSecond: number | undefined;

  constructor(bytes: number, now: number) {
    this.#bytes = bytes;
    this.#at = now;
  }

  /** Record the bytes sent so far. */
  record(bytes: number, now: number): void {
    if (bytes < this.#bytes) [this.#bytes, this.#at] = [bytes, now]; // a part is sent again
    const gap = now - this.#at;
    if (gap < MIN_GAP_MS) return;
    const latest = ((bytes - this.#bytes) * 1_000) / gap;
    const weight = this.#perSecond === undefined ? 0 : 0.5 ** (gap / HALF_LIFE_MS);
    this.#perSecond = weight * (this.#perSecond ?? 0) + (1 - weight) * latest;
    this.#bytes = bytes;
    this.#at = now;
  }

  /** Bytes per second; undefined until it can be measured. */
  get speed(): number | undefined {
    return this.#perSecond;
  }

  /** Seconds until `total` bytes are sent; undefined while nothing is being sent. */
  secondsLeft(total: number): number | undefined {
    if (!this.#perSecond || this.#perSecond < 1) return undefined;
    return Math.max(0, total - this.#bytes) / this.#perSecond;
  }
}
