/** Numbers, sizes, durations and times as the reader's locale and zone have them. */

import { useSyncExternalStore } from "react";

const COUNT = new Intl.NumberFormat();
const ONE_DIGIT = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const LEAST_PART = 0.001; // that is shown with one digit
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

/** Format a part of a whole: 0.125 is "12.5%". Only all of it is "100%", and only none of it "0%". */
export function formatPart(part: number): string {
  if (part > 0 && part < LEAST_PART) return `<${PERCENT.format(LEAST_PART)}`;
  if (part < 1 && part > 1 - LEAST_PART) return `>${PERCENT.format(1 - LEAST_PART)}`;
  return PERCENT.format(part);
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

/** Format a length of time: "0.8 s", "42 s", "3 min 5 s", "2 h 10 min". */
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

/** Format how long ago, or how far ahead, a time is: "2 minutes ago", "in 5 hours". */
export function formatDistance(time: string, now = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return RELATIVE.format(Math.round(seconds), "second");
}

/** A time, with its date in full on hovering; lately, as a distance. */
export function Time({ at, isDistance }: { at: string; isDistance?: boolean }) {
  return (
    <time dateTime={at} title={EXACT.format(new Date(at))}>
      {isDistance ? <Distance to={at} /> : formatTime(at)}
    </time>
  );
}

/** A distance, which grows or shrinks while somebody looks at it. */
function Distance({ to }: { to: string }) {
  useSyncExternalStore(subscribeTicks, countTicks);
  return formatDistance(to);
}

function countTicks(): number {
  return Math.floor(Date.now() / TICK_MS);
}

function subscribeTicks(listener: () => void): () => void {
  const timer = setInterval(listener, TICK_MS);
  return () => clearInterval(timer);
}

/** Return a text of at most so many letters; what is left out is told by an ellipsis. */
export function shorten(text: string, most = 100): string {
  const letters = [...text];
  return letters.length > most
    ? `${letters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`
    : text;
}
