/** Idempotency keys: a request repeated after a lost response takes effect once. */

import { isTransient, ProblemError } from "./problems";

export interface IdempotencyHeader {
  "Idempotency-Key": string;
}

/** A form's request. It keeps its key until its outcome is known or its body changes. */
export class IdempotentRequest {
  #pending: { body: string; header: IdempotencyHeader } | undefined;

  async send<T>(body: unknown, send: (header: IdempotencyHeader) => Promise<T>): Promise<T> {
    const text = JSON.stringify(body ?? null);
    if (this.#pending?.body !== text) this.#pending = { body: text, header: makeHeader() };
    try {
      const result = await send(this.#pending.header);
      this.#pending = undefined;
      return result;
    } catch (error) {
      if (!isOutcomeUnknown(error)) this.#pending = undefined;
      throw error;
    }
  }
}

function makeHeader(): IdempotencyHeader {
  return { "Idempotency-Key": crypto.randomUUID() };
}

/** Whether the request may have taken effect despite the error. */
function isOutcomeUnknown(error: unknown): boolean {
  const isInProgress = error instanceof ProblemError && error.code === "request_in_progress";
  return isInProgress || isTransient(error);
}
