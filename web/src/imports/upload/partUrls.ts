/** The signed URLs of an upload's parts, requested in batches and used once each. */

interface SignedParts {
  parts: { part_number: number; url: string }[];
  /** When they expire, by the service's clock. */
  expires_at: string;
}

/** How many URLs are requested at once: enough for some minutes. */
const BATCH = 50;
/** A URL with less time left could expire while its part is sent. */
const MIN_LIFETIME_MS = 5 * 60_000;

export class PartUrls {
  readonly #fetchUrls: (partNumbers: number[]) => Promise<SignedParts>;
  readonly #partCount: number;
  #missing: Set<number>;
  readonly #held = new Map<number, { url: string; expiresAt: number }>();
  #pending: Promise<void> = Promise.resolve();

  constructor(partCount: number, fetchUrls: (partNumbers: number[]) => Promise<SignedParts>) {
    this.#fetchUrls = fetchUrls;
    this.#partCount = partCount;
    this.#missing = this.#allExcept([]);
  }

  /** Store URLs until their parts are sent. */
  hold({ parts, expires_at }: SignedParts): void {
    const expiresAt = Date.parse(expires_at);
    for (const { part_number, url } of parts) this.#held.set(part_number, { url, expiresAt });
  }

  /** Start over; the given parts are at S3 already. */
  expectAllExcept(partNumbers: number[]): void {
    this.#missing = this.#allExcept(partNumbers);
  }

  /**
   * Return the URL of a part. A second call for the same part returns a new URL, because S3 rejected
   * the first one.
   */
  async take(partNumber: number): Promise<string> {
    const found = this.#pick(partNumber, Date.now() + MIN_LIFETIME_MS);
    if (found) return found;
    // One request at a time: its batch may have the URL that the next call needs.
    const turn = this.#pending.then(() => this.#fetch(partNumber));
    this.#pending = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #fetch(partNumber: number): Promise<string> {
    const stored = this.#pick(partNumber, Date.now() + MIN_LIFETIME_MS);
    if (stored) return stored;
    this.hold(await this.#fetchUrls(this.#batchFrom(partNumber)));
    const url = this.#pick(partNumber, 0);
    if (!url) throw new Error(`The API returned no URL for part ${partNumber}.`);
    return url;
  }

  #pick(partNumber: number, notBefore: number): string | undefined {
    const held = this.#held.get(partNumber);
    this.#held.delete(partNumber);
    if (!held || held.expiresAt < notBefore) return undefined;
    this.#missing.delete(partNumber);
    return held.url;
  }

  #allExcept(partNumbers: number[]): Set<number> {
    const all = Array.from({ length: this.#partCount }, (_, i) => i + 1);
    const uploaded = new Set(partNumbers);
    return new Set(all.filter((number) => !uploaded.has(number)));
  }

  #batchFrom(partNumber: number): number[] {
    const following = [...this.#missing].filter((number) => number > partNumber);
    return [partNumber, ...following.slice(0, BATCH - 1)];
  }
}
