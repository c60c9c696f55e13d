/** The end of a key's life, as a date of the reader's calendar. */

/** Return the moment when the date (2026-11-24) is over, in the reader's zone. */
export function endOf(date: string): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, day + 1).toISOString();
}

/** Return the reader's date so many days from now, as a date input has it. */
export function dateIn(days: number, now = new Date()): string {
  const found = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${found.getFullYear()}-${two(found.getMonth() + 1)}-${two(found.getDate())}`;
}

interface Ending {
  expires_at: string | null;
  revoked_at: string | null;
}

/** Say whether a key is good no more. */
export function hasEnded(key: Ending, now = Date.now()): boolean {
  return key.revoked_at !== null || (key.expires_at !== null && Date.parse(key.expires_at) <= now);
}
