import { expect, test } from "vitest";
import { PartAddresses } from "./addresses";

const LATER = new Date(Date.now() + 3_600_000).toISOString();
const SOON = new Date(Date.now() + 1_000).toISOString();

function sign(partNumbers: number[], round: number, expires_at = LATER) {
  const parts = partNumbers.map((n) => ({ part_number: n, url: `part ${n}, signed ${round}` }));
  return { parts, expires_at };
}

function makeAddresses(partCount: number) {
  const asked: number[][] = [];
  const addresses = new PartAddresses(partCount, async (partNumbers) => {
    asked.push(partNumbers);
    return sign(partNumbers, asked.length);
  });
  return { addresses, asked };
}

test("the URLs of the first answer are used first", async () => {
  const { addresses, asked } = makeAddresses(3);
  addresses.hold(sign([1, 2], 0));
  expect(await addresses.take(1)).toBe("part 1, signed 0");
  expect(await addresses.take(2)).toBe("part 2, signed 0");
  expect(asked).toEqual([]);
  expect(await addresses.take(3)).toBe("part 3, signed 1");
});

test("more are asked for in batches, whoever asks meanwhile", async () => {
  const { addresses, asked } = makeAddresses(120);
  const taken = await Promise.all([1, 2, 3, 4].map((n) => addresses.take(n)));
  expect(taken[3]).toBe("part 4, signed 1");
  expect(asked).toHaveLength(1);
  expect(asked[0]).toHaveLength(50);
  expect(asked[0]?.at(-1)).toBe(50);
});

test("a part that is asked for again gets another URL", async () => {
  const { addresses, asked } = makeAddresses(2);
  addresses.hold(sign([1, 2], 0));
  await addresses.take(1);
  expect(await addresses.take(1)).toBe("part 1, signed 1");
  expect(asked).toEqual([[1, 2]]);
});

test("a URL near its end is not used", async () => {
  const { addresses } = makeAddresses(1);
  addresses.hold(sign([1], 0, SOON));
  expect(await addresses.take(1)).toBe("part 1, signed 1");
});

test("no URL is asked for of parts that are there", async () => {
  const { addresses, asked } = makeAddresses(6);
  addresses.wantAllBut([1, 2, 4]);
  await addresses.take(3);
  expect(asked).toEqual([[3, 5, 6]]);
});

test("after a break one request brings the URLs of all that is missing", async () => {
  const { addresses, asked } = makeAddresses(4);
  addresses.hold(sign([1, 2, 3, 4], 0));
  await Promise.all([1, 2, 3, 4].map((n) => addresses.take(n)));
  addresses.wantAllBut([2]);
  await Promise.all([1, 3, 4].map((n) => addresses.take(n)));
  expect(asked).toEqual([[1, 3, 4]]);
});

test("a clock that is ahead does not keep what was just signed from being used", async () => {
  const addresses = new PartAddresses(1, async (partNumbers) => sign(partNumbers, 1, SOON));
  expect(await addresses.take(1)).toBe("part 1, signed 1");
});

test("a request that failed is no reason for the next one to fail", async () => {
  let round = 0;
  const addresses = new PartAddresses(2, async (partNumbers) => {
    round += 1;
    if (round === 1) throw new Error("away");
    return sign(partNumbers, round);
  });
  await expect(addresses.take(1)).rejects.toThrow("away");
  expect(await addresses.take(2)).toBe("part 2, signed 2");
});
