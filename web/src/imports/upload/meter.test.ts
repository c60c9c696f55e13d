import { expect, test } from "vitest";
import { Meter } from "./meter";

test("a steady rate is its speed", () => {
  const meter = new Meter(0, 0);
  for (let second = 1; second <= 10; second++) meter.record(second * 2_000, second * 1_000);
  expect(meter.speed).toBeCloseTo(2_000);
  expect(meter.secondsLeft(30_000)).toBeCloseTo(5);
});

test("a burst is smoothed, then followed", () => {
  const meter = new Meter(0, 0);
  meter.record(1_000, 1_000);
  meter.record(11_000, 2_000);
  expect(meter.speed).toBeGreaterThan(1_000);
  expect(meter.speed).toBeLessThan(5_000);
  meter.record(311_000, 32_000);
  expect(meter.speed).toBeCloseTo(10_000, -2);
});

test("there is no speed before it can be measured", () => {
  const meter = new Meter(500, 0);
  meter.record(600, 100);
  expect(meter.speed).toBeUndefined();
  expect(meter.secondsLeft(1_000)).toBeUndefined();
});

test("parts sent again don't count as slow", () => {
  const meter = new Meter(5_000, 0);
  meter.record(1_000, 1_000);
  expect(meter.speed).toBeUndefined();
  meter.record(3_000, 2_000);
  expect(meter.speed).toBeCloseTo(2_000);
});
