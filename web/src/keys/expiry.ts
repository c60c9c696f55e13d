/** The expiry of keys, as dates in the reader's calendar. */

/** Return the end of a date such as 2026-11-24 in the reader's time zone. */
export function endOfDay(date: string): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, day + 1).toISOString();
}

/** Return the date in `days` days in the format of a date input. */
export function dateIn(days: number, now = new Date()): string {
  const found = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${found.getFullYear()}-${two(found.getMonth() + 1)}-${two(found.getDate())}`;
}

interface Expiring {
  expires_at: string | null;
  revoked_at: string | null;
}

/** Whether a key is revoked or expired. */
export function isInactive(key: Expiring, now = Date.now()): boolean {
  return key.revoked_at !== null || (key.expires_at !== null && Date.parse(key.expires_at) <= now);
}
