import { expect, test } from "vitest";
import { UnreachableError } from "../../api/problems";
import { FileChangedError, findCause, goesOnAfter, StorageError } from "./faults";

test.each([
  [new StorageError(0), true],
  [new StorageError(503), true],
  [new StorageError(404), false],
  [new UnreachableError(), true],
  [new FileChangedError("spring.csv"), false],
])("after %s it goes on by itself: %s", (error, goesOn) => {
  expect(goesOnAfter(error, 0)).toBe(goesOn);
});

test("a refused address is replaced, but not for ever", () => {
  expect(goesOnAfter(new StorageError(403), 0)).toBe(true);
  expect(goesOnAfter(new StorageError(403), 3)).toBe(false);
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
