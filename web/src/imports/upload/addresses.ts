/** Where each part is PUT: URLs that the API signed, asked for in batches, each used once. */

interface PartUrls {
  parts: { part_number: number; url: string }[];
  /** When they end, by the service's clock. */
  expires_at: string;
}

/** How many URLs are asked for at once: some minutes' worth of parts. */
const BATCH = 50;
/** A part that is begun with a URL this near its end may outlive it. */
const LEAST_LIFE_MS = 5 * 60_000;

export class PartAddresses {
  readonly #ask: (partNumbers: number[]) => Promise<PartUrls>;
  readonly #partCount: number;
  #wanted: Set<number>;
  readonly #held = new Map<number, { url: string; endsAt: number }>();
  #asking: Promise<void> = Promise.resolve();

  constructor(partCount: number, ask: (partNumbers: number[]) => Promise<PartUrls>) {
    this.#ask = ask;
    this.#partCount = partCount;
    this.#wanted = this.#allBut([]);
  }

  /** Keep URLs for when their parts' turn comes. */
  hold({ parts, expires_at }: PartUrls): void {
    const endsAt = Date.parse(expires_at);
    for (const { part_number, url } of parts) this.#held.set(part_number, { url, endsAt });
  }

  /** Begin anew with all parts but these, which are there. */
  wantAllBut(partNumbers: number[]): void {
    this.#wanted = this.#allBut(partNumbers);
  }

  /**
   * Return the URL of a part. Asked for the same part again it is another one: the one before was
   * refused, or has expired, whatever this machine's clock says.
   */
  async take(partNumber: number): Promise<string> {
    const found = this.#pick(partNumber, Date.now() + LEAST_LIFE_MS);
    if (found) return found;
    // One request at a time: what it brings may be what the next one wants.
    const turn = this.#asking.then(() => this.#fetch(partNumber));
    this.#asking = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #fetch(partNumber: number): Promise<string> {
    const brought = this.#pick(partNumber, Date.now() + LEAST_LIFE_MS);
    if (brought) return brought;
    this.hold(await this.#ask(this.#batchFrom(partNumber)));
    const url = this.#pick(partNumber, 0);
    if (!url) throw new Error(`There was no address for part ${partNumber}.`);
    return url;
  }

  #pick(partNumber: number, notBefore: number): string | undefined {
    const held = this.#held.get(partNumber);
    this.#held.delete(partNumber);
    if (!held || held.endsAt < notBefore) return undefined;
    this.#wanted.delete(partNumber);
    return held.url;
  }

  #allBut(partNumbers: number[]): Set<number> {
    const all = Array.from({ length: this.#partCount }, (_, i) => i + 1);
    const there = new Set(partNumbers);
    return new Set(all.filter((number) => !there.has(number)));
  }

  #batchFrom(partNumber: number): number[] {
    const following = [...this.#wanted].filter((number) => number > partNumber);
    return [partNumber, ...following.slice(0, BATCH - 1)];
  }
}
