import { expect, test } from "vitest";
import { parentInName } from "./parentName";

test.each([
  ["job_01m85g57s7w6pgg03m8hrxcz85-rejects.csv", "job_01m85g57s7w6pgg03m8hrxcz85"],
  ["job_01m85g57s7w6pgg03m8hrxcz85-rejects (1).csv", "job_01m85g57s7w6pgg03m8hrxcz85"],
  ["job_01m85g57s7w6pgg03m8hrxcz85-skipped.csv", undefined],
  ["spring-rejects.csv", undefined],
])("the import in the name %s is %s", (name, expected) => {
  expect(parentInName(name)).toBe(expected);
});
