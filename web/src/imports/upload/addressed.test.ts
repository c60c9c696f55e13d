import { expect, test } from "vitest";
import { sendTo } from "./addressed";
import { StorageError } from "./faults";

/** What has these answers, one after the other: a status that it fails with, or what it brings. */
function makeStorage(...answers: (number | string)[]) {
  const asked: string[] = [];
  const send = async (address: string) => {
    asked.push(address);
    const answer = answers[asked.length - 1] ?? "";
    if (typeof answer === "string") return answer;
    throw Object.assign(new Error("Non 2xx"), { source: { status: answer } });
  };
  let signed = 0;
  const findAnother = async () => `another ${++signed}`;
  return { asked, sent: sendTo("first", send, findAnother) };
}

test("an address that is refused is replaced", async () => {
  const { asked, sent } = makeStorage(403, 403, "etag");
  expect(await sent).toBe("etag");
  expect(asked).toEqual(["first", "another 1", "another 2"]);
});

test("but not for ever: then a person is asked", async () => {
  const { asked, sent } = makeStorage(403, 403, 403, 403, 403);
  await expect(sent).rejects.toEqual(new StorageError(403));
  expect(asked).toHaveLength(4);
});

test("any other failure is left to who tries again later", async () => {
  const { asked, sent } = makeStorage(503, "etag");
  await expect(sent).rejects.toMatchObject({ source: { status: 503 } });
  expect(asked).toEqual(["first"]);
});
