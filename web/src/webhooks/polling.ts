/** How often the log of deliveries is asked for. */

interface Awaited {
  status: string;
  next_attempt_at: string | null;
}

const SOON_MS = 60_000;

/** Return the pause until the next look, in ms: short while an attempt is near. */
export function pauseFor(deliveries: Awaited[], now = Date.now()): number {
  const isNear = deliveries.some(
    ({ status, next_attempt_at: at }) =>
      status === "PENDING" && at !== null && Date.parse(at) - now < SOON_MS,
  );
  return isNear ? 1_500 : 6_000;
}
