/** How often the log of deliveries is asked for. */

interface Awaited {
  status: string;
  next_attempt_at: string | null;
}

const SOON_MS = 60_000;

/** Return the pause until the next look, in ms: short while an attempt is near, long for a long log. */
export function pauseFor(...pages: Awaited[][]): number {
  const isNear = pages.flat().some(isAttemptNear);
  return (isNear ? 1_500 : 6_000) * Math.max(1, pages.length); // each look asks for every page
}

function isAttemptNear({ status, next_attempt_at: at }: Awaited): boolean {
  return status === "PENDING" && at !== null && Date.parse(at) - Date.now() < SOON_MS;
}
