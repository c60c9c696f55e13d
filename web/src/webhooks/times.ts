/** Times as a datetime-local input has them, and how long a receiver took. */

import { formatSeconds } from "../ui/format";

const MILLISECONDS = new Intl.NumberFormat(undefined, { style: "unit", unit: "millisecond" });

/** Write a time for the input: 2026-11-24T09:30, in the reader's zone, which it does not say. */
export function localTime(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** Read what the input has, as the API takes times. */
export function readLocalTime(text: string): string {
  return new Date(text).toISOString();
}

/** Format how long a receiver took: "84 ms", "1.2 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return MILLISECONDS.format(milliseconds);
  return formatSeconds(milliseconds / 1000);
}
