import { expect, test } from "vitest";
import { UnreachableError } from "../../api/problems";
import { FileChangedError, findCause, goesOnAfter, readFault, StorageError } from "./faults";

test.each([
  [new StorageError(0), true],
  [new StorageError(503), true],
  [new StorageError(404), false],
  [new StorageError(403), false],
  [new UnreachableError(), true],
  [new FileChangedError("spring.csv"), false],
])("after %s it goes on by itself: %s", (error, goesOn) => {
  expect(goesOnAfter(error)).toBe(goesOn);
});

test("a request's failure has its status, whatever made the request", () => {
  const failed = Object.assign(new Error("Non 2xx"), { source: { status: 403 } });
  expect(readFault(failed)).toEqual(new StorageError(403));
  const other = new Error("other");
  expect(readFault(other)).toBe(other);
});

test("a file that cannot be read is not taken for a lost connection", async () => {
  const lost = new StorageError(0);
  const file = new File(["sku,name"], "spring.csv");
  expect(await findCause(lost, file)).toBe(lost);
  const gone = Object.assign(new File([], "spring.csv"), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadable")) }),
  });
  expect(await findCause(lost, gone)).toBeInstanceOf(FileChangedError);
});
