import { expect, test } from "vitest";
import { StorageError } from "./errors";
import { sendToSignedUrl } from "./signedUrl";

/** Fake a storage with these responses in order: an error status, or a result. */
function makeStorage(...responses: (number | string)[]) {
  const used: string[] = [];
  const send = async (url: string) => {
    used.push(url);
    const response = responses[used.length - 1] ?? "";
    if (typeof response === "string") return response;
    throw Object.assign(new Error("Non 2xx"), { source: { status: response } });
  };
  let signed = 0;
  const renew = async () => `renewed ${++signed}`;
  return { used, sent: sendToSignedUrl("first", send, renew) };
}

test("a rejected URL is renewed", async () => {
  const { used, sent } = makeStorage(403, 403, "etag");
  expect(await sent).toBe("etag");
  expect(used).toEqual(["first", "renewed 1", "renewed 2"]);
});

test("renewals are limited", async () => {
  const { used, sent } = makeStorage(403, 403, 403, 403, 403);
  await expect(sent).rejects.toEqual(new StorageError(403));
  expect(used).toHaveLength(4);
});

test("other errors are raised", async () => {
  const { used, sent } = makeStorage(503, "etag");
  await expect(sent).rejects.toMatchObject({ source: { status: 503 } });
  expect(used).toEqual(["first"]);
});
