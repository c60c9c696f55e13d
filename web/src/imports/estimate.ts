/** How long an import will take and what it will cost, in words. */

import type { Schema } from "../api/client";

type Estimate = Schema["Estimate"];

const CENT = 0.01;
const USD = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** Describe a duration: "less than a minute", "about 12 minutes", "about 2 hours". */
export function describeMinutes(minutes: number): string {
  if (minutes < 1) return "less than a minute";
  const whole = Math.ceil(minutes);
  if (whole < 120) return whole === 1 ? "about 1 minute" : `about ${whole} minutes`;
  return `about ${Math.round(whole / 60)} hours`;
}

/** Describe a cost on AWS: "less than US$0.01", "about US$1.20". */
export function describeCost(usd: string): string {
  const amount = Number(usd);
  return amount < CENT ? `less than US${USD.format(CENT)}` : `about US${USD.format(amount)}`;
}

/** Describe an import that hasn't begun. */
export function describeImport({ minutes, usd }: Estimate): string {
  const cost = usd === null ? "" : ` and costs ${describeCost(usd)} on AWS`;
  return `The import takes ${describeMinutes(minutes)}${cost}.`;
}

/** Describe the apply of a plan; the cost includes that of the plan. */
export function describeApply({ minutes, usd }: Estimate): string {
  const cost = usd === null ? "" : ` The whole import costs ${describeCost(usd)} on AWS.`;
  return `Applying it takes ${describeMinutes(minutes)}.${cost}`;
}
