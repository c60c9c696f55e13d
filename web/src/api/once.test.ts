import { expect, test } from "vitest";
import { Once, type OnceHeader } from "./once";
import { ProblemError, UnreachableError } from "./problems";

function refuse(status: number, code: string) {
  const said = { type: "about:blank", title: "", detail: "No.", request_id: "1" };
  return new ProblemError({ ...said, status, code });
}

/** Return the keys that were sent, for these bodies and what each try ended with. */
async function send(...tries: [unknown, Error?][]): Promise<string[]> {
  const once = new Once();
  const keys: string[] = [];
  for (const [body, error] of tries) {
    const answer = async (header: OnceHeader) => {
      keys.push(header["Idempotency-Key"]);
      if (error) throw error;
    };
    await once.send(body, answer).catch(() => undefined);
  }
  return keys;
}

test.each([
  [new UnreachableError()],
  [refuse(503, "temporarily_unavailable")],
  [refuse(409, "request_in_progress")],
])("what may have been done is sent again as the same: %#", async (error) => {
  const [first, second] = await send([{ name: "a" }, error], [{ name: "a" }]);
  expect(second).toBe(first);
});

test("what was answered, or asks for something else, is another request", async () => {
  const [done, again] = await send([{ name: "a" }], [{ name: "a" }]);
  expect(again).not.toBe(done);
  const [refused, later] = await send([{}, refuse(409, "sku_taken")], [{}]);
  expect(later).not.toBe(refused);
  const [one, other] = await send([{ name: "a" }, new UnreachableError()], [{ name: "b" }]);
  expect(other).not.toBe(one);
});

test("a request without a body is one request, too", async () => {
  const [first, second] = await send([undefined, new UnreachableError()], [undefined]);
  expect(second).toBe(first);
});
