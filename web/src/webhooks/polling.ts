/** How often the delivery log is polled. */

interface PolledDelivery {
  status: string;
  next_attempt_at: string | null;
}

const SOON_MS = 60_000;

/** Return the poll interval in ms: short while an attempt is due, longer for each loaded page. */
export function pollInterval(...pages: PolledDelivery[][]): number {
  const isDue = pages.flat().some(isAttemptDue);
  return (isDue ? 1_500 : 6_000) * Math.max(1, pages.length); // each poll requests every page
}

function isAttemptDue({ status, next_attempt_at: at }: PolledDelivery): boolean {
  return status === "PENDING" && at !== null && Date.parse(at) - Date.now() < SOON_MS;
}
