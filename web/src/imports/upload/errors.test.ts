import { expect, test } from "vitest";
import { UnreachableError } from "../../api/problems";
import { FileChangedError, findCause, isRetryable, StorageError, toUploadError } from "./errors";

test.each([
  [new StorageError(0), true],
  [new StorageError(503), true],
  [new StorageError(404), false],
  [new StorageError(403), false],
  [new UnreachableError(), true],
  [new FileChangedError("spring.csv"), false],
])("%s is retried: %s", (error, expected) => {
  expect(isRetryable(error)).toBe(expected);
});

test("a failed request has its status", () => {
  const failed = Object.assign(new Error("Non 2xx"), { source: { status: 403 } });
  expect(toUploadError(failed)).toEqual(new StorageError(403));
  const other = new Error("other");
  expect(toUploadError(other)).toBe(other);
});

test("an unreadable file is distinguished from a lost connection", async () => {
  const lost = new StorageError(0);
  const file = new File(["sku,name"], "spring.csv");
  expect(await findCause(lost, file)).toBe(lost);
  const gone = Object.assign(new File([], "spring.csv"), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadable")) }),
  });
  expect(await findCause(lost, gone)).toBeInstanceOf(FileChangedError);
});
