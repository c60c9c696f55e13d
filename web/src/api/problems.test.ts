import { expect, test } from "vitest";
import { isGeneral, ProblemError, readFailure, UnreachableError } from "./problems";

function refuse(...fields: string[]) {
  const errors = fields.map((field) => ({ field, code: "value_error", message: "Not so." }));
  const detail = "The body has faults.";
  const problem = { type: "about:blank", title: "", status: 422, code: "invalid_body", detail };
  return new ProblemError({ ...problem, request_id: "1", errors });
}

test.each([
  [refuse("name"), false],
  [refuse("name", "scopes"), false],
  [refuse("name", "expires_in"), true],
  [refuse(), true],
  [new UnreachableError(), true],
  [null, false],
])("an error is said below a form when its fields do not say all of it: %#", (error, isSo) => {
  expect(isGeneral(error, (name) => ["name", "scopes"].includes(name))).toBe(isSo);
});

test("an answer that breaks off is a lost connection, and what was given up is not", () => {
  expect(readFailure(new TypeError("network error"))).toBeInstanceOf(UnreachableError);
  expect(readFailure(new SyntaxError("Unexpected token <"))).toBeInstanceOf(UnreachableError);
  const givenUp = new DOMException("aborted", "AbortError");
  expect(readFailure(givenUp)).toBe(givenUp);
});
