/** Times of datetime-local inputs, and durations of attempts. */

import { formatSeconds } from "../ui/format";

const MILLISECONDS = new Intl.NumberFormat(undefined, { style: "unit", unit: "millisecond" });

/** Format a time for the input: 2026-11-24T09:30, in the reader's time zone. */
export function formatLocalTime(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** Parse the input's value into a time for the API. */
export function parseLocalTime(text: string): string {
  return new Date(text).toISOString();
}

/** Format a duration in milliseconds: "84 ms", "1.2 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return MILLISECONDS.format(milliseconds);
  return formatSeconds(milliseconds / 1000);
}
