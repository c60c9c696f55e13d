import { expect, test } from "vitest";
import { PartUrls } from "./partUrls";

const LATER = new Date(Date.now() + 3_600_000).toISOString();
const SOON = new Date(Date.now() + 1_000).toISOString();

function sign(partNumbers: number[], round: number, expires_at = LATER) {
  const parts = partNumbers.map((n) => ({ part_number: n, url: `part ${n}, signed ${round}` }));
  return { parts, expires_at };
}

function makeUrls(partCount: number) {
  const requested: number[][] = [];
  const urls = new PartUrls(partCount, async (partNumbers) => {
    requested.push(partNumbers);
    return sign(partNumbers, requested.length);
  });
  return { urls, requested };
}

test("the URLs of the first response are used first", async () => {
  const { urls, requested } = makeUrls(3);
  urls.hold(sign([1, 2], 0));
  expect(await urls.take(1)).toBe("part 1, signed 0");
  expect(await urls.take(2)).toBe("part 2, signed 0");
  expect(requested).toEqual([]);
  expect(await urls.take(3)).toBe("part 3, signed 1");
});

test("more URLs are requested in batches, once for concurrent calls", async () => {
  const { urls, requested } = makeUrls(120);
  const taken = await Promise.all([1, 2, 3, 4].map((n) => urls.take(n)));
  expect(taken[3]).toBe("part 4, signed 1");
  expect(requested).toHaveLength(1);
  expect(requested[0]).toHaveLength(50);
  expect(requested[0]?.at(-1)).toBe(50);
});

test("a second call for the same part gets a new URL", async () => {
  const { urls, requested } = makeUrls(2);
  urls.hold(sign([1, 2], 0));
  await urls.take(1);
  expect(await urls.take(1)).toBe("part 1, signed 1");
  expect(requested).toEqual([[1, 2]]);
});

test("a URL about to expire isn't used", async () => {
  const { urls } = makeUrls(1);
  urls.hold(sign([1], 0, SOON));
  expect(await urls.take(1)).toBe("part 1, signed 1");
});

test("no URLs are requested for uploaded parts", async () => {
  const { urls, requested } = makeUrls(6);
  urls.expectAllExcept([1, 2, 4]);
  await urls.take(3);
  expect(requested).toEqual([[3, 5, 6]]);
});

test("after an interruption one request returns the URLs of all missing parts", async () => {
  const { urls, requested } = makeUrls(4);
  urls.hold(sign([1, 2, 3, 4], 0));
  await Promise.all([1, 2, 3, 4].map((n) => urls.take(n)));
  urls.expectAllExcept([2]);
  await Promise.all([1, 3, 4].map((n) => urls.take(n)));
  expect(requested).toEqual([[1, 3, 4]]);
});

test("a fast local clock doesn't reject a newly signed URL", async () => {
  const urls = new PartUrls(1, async (partNumbers) => sign(partNumbers, 1, SOON));
  expect(await urls.take(1)).toBe("part 1, signed 1");
});

test("a failed request doesn't make the next one fail", async () => {
  let round = 0;
  const urls = new PartUrls(2, async (partNumbers) => {
    round += 1;
    if (round === 1) throw new Error("away");
    return sign(partNumbers, round);
  });
  await expect(urls.take(1)).rejects.toThrow("away");
  expect(await urls.take(2)).toBe("part 2, signed 2");
});
