import { expect, test } from "vitest";
import { hasFormError, ProblemError, toRequestError, UnreachableError } from "./problems";

function makeProblem(...fields: string[]) {
  const errors = fields.map((field) => ({ field, code: "value_error", message: "Invalid." }));
  const detail = "The body is invalid.";
  const problem = { type: "about:blank", title: "", status: 422, code: "invalid_body", detail };
  return new ProblemError({ ...problem, request_id: "1", errors });
}

test.each([
  [makeProblem("name"), false],
  [makeProblem("name", "scopes"), false],
  [makeProblem("name", "expires_in"), true],
  [makeProblem(), true],
  [new UnreachableError(), true],
  [null, false],
])("an error is shown below the form unless the fields show all of it: %#", (error, expected) => {
  expect(hasFormError(error, (name) => ["name", "scopes"].includes(name))).toBe(expected);
});

test("an incomplete response is a lost connection; an aborted request is not", () => {
  expect(toRequestError(new TypeError("network error"))).toBeInstanceOf(UnreachableError);
  expect(toRequestError(new SyntaxError("Unexpected token <"))).toBeInstanceOf(UnreachableError);
  const aborted = new DOMException("aborted", "AbortError");
  expect(toRequestError(aborted)).toBe(aborted);
});
