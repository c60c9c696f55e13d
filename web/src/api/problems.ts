/** Request errors: problem details from the API (RFC 9457), or no response at all. */

import { messageFor } from "./messages";
import type { components } from "./schema";

type Schemas = components["schemas"];

/** Some problems have more members: the current count, or the product that has the SKU. */
export type Problem = Schemas["Problem"] & {
  count?: number;
  product?: Schemas["OtherProduct"];
};

/** A response with problem details; `code` identifies the problem, `message` says what to do. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(messageFor({ code: problem.code, message: problem.detail }));
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  /** The message for each invalid field of the body, by field name. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

/** No response arrived: the network or the service is unavailable. */
export class UnreachableError extends Error {
  override name = "UnreachableError";

  constructor() {
    super("Can't reach the service. Check your connection and try again.");
  }
}

/** Whether a retry may succeed: the service was unreachable, overloaded or failed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status === 429 || error.status >= 500;
  return error instanceof UnreachableError;
}

/** Return the error's messages by field; empty for any other error. */
export function fieldErrors(error: unknown): Record<string, string> {
  return error instanceof ProblemError ? error.fields : {};
}

/** Whether the error concerns more than the form's own fields, which show their errors themselves. */
export function hasFormError(error: unknown, isField: (name: string) => boolean): boolean {
  const names = Object.keys(fieldErrors(error));
  return Boolean(error) && (names.length === 0 || !names.every(isField));
}

/** Return any failure to send a request or read its response as an UnreachableError. */
export function toRequestError(error: unknown): unknown {
  const isOurs = error instanceof ProblemError || error instanceof UnreachableError;
  const isAborted = error instanceof DOMException && error.name === "AbortError";
  return isOurs || isAborted ? error : new UnreachableError();
}

/** Return the problem in a response's body. If it has none, as a proxy's response, make one. */
export function parseProblem(response: Response, body: unknown): Problem {
  if (isProblem(body)) return body;
  const status = `${response.status} ${response.statusText}`.trim();
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    detail: `The service responded with ${status}.`,
    code: "unknown",
    request_id: response.headers.get("x-amzn-requestid") ?? "",
  };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
