/** What went wrong with a request, as the API says it (RFC 9457), or that no answer came. */

import type { components } from "./schema";
import { wordsOf } from "./words";

type Schemas = components["schemas"];

/** Some say more: how many products are meant now, or which product has the SKU. */
export type Problem = Schemas["Problem"] & {
  count?: number;
  product?: Schemas["OtherProduct"];
};

/** An answer that is a problem; `code` tells problems apart, `message` says what to do. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(wordsOf({ code: problem.code, message: problem.detail }));
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  /** What is wrong with each field of the body, by its name. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((e) => [e.field, e.message]));
  }
}

/** No answer came: the network, or the service, is away. */
export class UnreachableError extends Error {
  override name = "UnreachableError";

  constructor() {
    super("There is no connection to the service, or it broke off.");
  }
}

/** Whether asking again may help: the service was away, busy or at fault. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return error.status === 429 || error.status >= 500;
  return error instanceof UnreachableError;
}

/** Return the messages by field that an error has, and none for any other error. */
export function fieldsOf(error: unknown): Record<string, string> {
  return error instanceof ProblemError ? error.fields : {};
}

/** Whether an error is about more than the fields that a form has, which say it themselves. */
export function isGeneral(error: unknown, isField: (name: string) => boolean): boolean {
  const names = Object.keys(fieldsOf(error));
  return Boolean(error) && (names.length === 0 || !names.every(isField));
}

/** Return a failure to ask or to read the answer as what it means to who asked. */
export function readFailure(error: unknown): unknown {
  const isOurs = error instanceof ProblemError || error instanceof UnreachableError;
  const isGivenUp = error instanceof DOMException && error.name === "AbortError";
  return isOurs || isGivenUp ? error : new UnreachableError();
}

/** Read a problem from an answer, whoever made it: a proxy on the way may answer in other words. */
export function readProblem(response: Response, body: unknown): Problem {
  if (isProblem(body)) return body;
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    detail: `The service answered ${response.status} ${response.statusText}.`.trim(),
    code: "unknown",
    request_id: response.headers.get("x-amzn-requestid") ?? "",
  };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
