import { expect, test } from "vitest";
import { Meter } from "./meter";

test("a steady flow has its own speed", () => {
  const meter = new Meter(0, 0);
  for (let second = 1; second <= 10; second++) meter.note(second * 2_000, second * 1_000);
  expect(meter.speed).toBeCloseTo(2_000);
  expect(meter.secondsLeft(30_000)).toBeCloseTo(5);
});

test("a burst is smoothed, and followed", () => {
  const meter = new Meter(0, 0);
  meter.note(1_000, 1_000);
  meter.note(11_000, 2_000);
  expect(meter.speed).toBeGreaterThan(1_000);
  expect(meter.speed).toBeLessThan(5_000);
  meter.note(311_000, 32_000);
  expect(meter.speed).toBeCloseTo(10_000, -2);
});

test("nothing is told before there is something to tell", () => {
  const meter = new Meter(500, 0);
  meter.note(600, 100);
  expect(meter.speed).toBeUndefined();
  expect(meter.secondsLeft(1_000)).toBeUndefined();
});

test("what has to be sent again does not count as slow", () => {
  const meter = new Meter(5_000, 0);
  meter.note(1_000, 1_000);
  expect(meter.speed).toBeUndefined();
  meter.note(3_000, 2_000);
  expect(meter.speed).toBeCloseTo(2_000);
});
