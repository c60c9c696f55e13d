/** Numbers, sizes, durations and times in the reader's locale and time zone. */

import { useSyncExternalStore } from "react";

const COUNT = new Intl.NumberFormat();
const ONE_DIGIT = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const MIN_SHARE = 0.001; // the smallest share shown exactly
const TICK_MS = 5_000;
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** Format a share: 0.125 is "12.5%". Only exactly 1 is "100%", and only exactly 0 is "0%". */
export function formatShare(share: number): string {
  if (share > 0 && share < MIN_SHARE) return `<${PERCENT.format(MIN_SHARE)}`;
  if (share < 1 && share > 1 - MIN_SHARE) return `>${PERCENT.format(1 - MIN_SHARE)}`;
  return PERCENT.format(share);
}

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: SIZES[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power < 2 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

/** Format a duration: "0.8 s", "42 s", "3 min 5 s", "2 h 10 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${ONE_DIGIT.format(seconds)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours) return `${COUNT.format(hours)} h ${minutes} min`;
  return minutes ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

export function formatTime(time: string): string {
  return DATE_TIME.format(new Date(time));
}

/** Format a time relative to now: "2 minutes ago", "in 5 hours". */
export function formatRelative(time: string, now = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return RELATIVE.format(Math.round(seconds), "second");
}

/** A time, absolute or relative to now, with the full date as a tooltip. */
export function Time({ at, isRelative }: { at: string; isRelative?: boolean }) {
  return (
    <time dateTime={at} title={EXACT.format(new Date(at))}>
      {isRelative ? <RelativeTime at={at} /> : formatTime(at)}
    </time>
  );
}

/** A relative time that stays up to date. */
function RelativeTime({ at }: { at: string }) {
  useSyncExternalStore(subscribeTicks, countTicks);
  return formatRelative(at);
}

function countTicks(): number {
  return Math.floor(Date.now() / TICK_MS);
}

function subscribeTicks(listener: () => void): () => void {
  const timer = setInterval(listener, TICK_MS);
  return () => clearInterval(timer);
}

/** Return a text truncated to `most` characters, with an ellipsis if it was longer. */
export function shorten(text: string, most = 100): string {
  const characters = [...text];
  return characters.length > most
    ? `${characters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`
    : text;
}
