/** Idempotency-Keys: what is sent again because no answer came is done once. */

import { isPassing, ProblemError } from "./problems";

export interface OnceHeader {
  "Idempotency-Key": string;
}

/** A form's request: the same one until it is known what became of it, or it asks for something else. */
export class Once {
  #open: { body: string; header: OnceHeader } | undefined;

  async send<T>(body: unknown, send: (header: OnceHeader) => Promise<T>): Promise<T> {
    const asked = JSON.stringify(body ?? null);
    if (this.#open?.body !== asked) this.#open = { body: asked, header: makeHeader() };
    try {
      const answer = await send(this.#open.header);
      this.#open = undefined;
      return answer;
    } catch (error) {
      if (!isUnknown(error)) this.#open = undefined;
      throw error;
    }
  }
}

function makeHeader(): OnceHeader {
  return { "Idempotency-Key": crypto.randomUUID() };
}

/** Whether it may have been done all the same. */
function isUnknown(error: unknown): boolean {
  const isAtWork = error instanceof ProblemError && error.code === "request_in_progress";
  return isAtWork || isPassing(error);
}
