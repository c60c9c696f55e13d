import { expect, test } from "vitest";
import { describeApply, describeImport } from "./estimate";

test.each([
  [0.2, "0.0012", "The import takes less than a minute and costs less than US$0.01 on AWS."],
  [1, "0.0149", "The import takes about 1 minute and costs about US$0.01 on AWS."],
  [11.2, "1.2", "The import takes about 12 minutes and costs about US$1.20 on AWS."],
  [130, null, "The import takes about 2 hours."],
])("an import of %d minutes and %j dollars is described", (minutes, usd, text) => {
  expect(describeImport({ minutes, usd })).toBe(text);
});

test("the apply of a plan takes a part of the time, but the cost is that of all", () => {
  expect(describeApply({ minutes: 3, usd: "0.05" })).toBe(
    "Applying it takes about 3 minutes. The whole import costs about US$0.05 on AWS.",
  );
});
