import { expect, test } from "vitest";
import { type IdempotencyHeader, IdempotentRequest } from "./idempotency";
import { ProblemError, UnreachableError } from "./problems";

function makeProblem(status: number, code: string) {
  const common = { type: "about:blank", title: "", detail: "No.", request_id: "1" };
  return new ProblemError({ ...common, status, code });
}

/** Send each body, with the error its response ends in, and return the keys that were sent. */
async function send(...attempts: [unknown, Error?][]): Promise<string[]> {
  const idempotent = new IdempotentRequest();
  const keys: string[] = [];
  for (const [body, error] of attempts) {
    const respond = async (header: IdempotencyHeader) => {
      keys.push(header["Idempotency-Key"]);
      if (error) throw error;
    };
    await idempotent.send(body, respond).catch(() => undefined);
  }
  return keys;
}

test.each([
  [new UnreachableError()],
  [makeProblem(503, "temporarily_unavailable")],
  [makeProblem(409, "request_in_progress")],
])("a request with an unknown outcome keeps its key: %#", async (error) => {
  const [first, second] = await send([{ name: "a" }, error], [{ name: "a" }]);
  expect(second).toBe(first);
});

test("a finished or changed request gets a new key", async () => {
  const [first, next] = await send([{ name: "a" }], [{ name: "a" }]);
  expect(next).not.toBe(first);
  const [rejected, later] = await send([{}, makeProblem(409, "sku_taken")], [{}]);
  expect(later).not.toBe(rejected);
  const [one, other] = await send([{ name: "a" }, new UnreachableError()], [{ name: "b" }]);
  expect(other).not.toBe(one);
});

test("a request without a body keeps its key too", async () => {
  const [first, second] = await send([undefined, new UnreachableError()], [undefined]);
  expect(second).toBe(first);
});
