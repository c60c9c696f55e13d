/**
 * The token of this tab: an API key, or an issuer's JWT.
 *
 * Session storage ends with the tab, and no other site can make the browser send what is in it.
 */

import { useSyncExternalStore } from "react";
import { UnreachableError } from "../api/problems";
import { formatTime } from "../ui/format";

const KEPT_AS = "product-importer.token";
const RENEWED_AT = "product-importer.renewed-at"; // ms since 1970; only where it can be renewed
const OF_ISSUER = "oidc."; // what the issuer's client keeps begins so
/** A token is renewed so long before it ends. */
export const RENEWED_MS_BEFORE_END = 30_000;

const listeners = new Set<() => void>();
let session = 1; // another number after each sign-in, the same while its token is renewed
let reason = "";
let endsAt: string | null = null;
let renewing: Promise<void> | null = null;

takeFromAddress();
addEventListener("hashchange", takeFromAddress);

export function readToken(): string | null {
  return sessionStorage.getItem(KEPT_AS);
}

/** Return the token for a request: renewed before it ends, where the issuer gave the means. */
export async function takeToken(): Promise<string | null> {
  const renewedAt = Number(sessionStorage.getItem(RENEWED_AT) ?? Number.POSITIVE_INFINITY);
  if (Date.now() >= renewedAt) {
    renewing ??= renewSession(renewedAt + RENEWED_MS_BEFORE_END).finally(() => {
      renewing = null;
    });
    await renewing;
  }
  return readToken();
}

/**
 * Get a new token for the session, if it is still the same when the token comes.
 *
 * While the issuer is away the old token goes on until its end; after it nothing is sent with it, for
 * the API would take the session for over.
 */
async function renewSession(endsAtMs: number): Promise<void> {
  const before = readToken();
  try {
    const { renew } = await import("./oidc");
    const renewed = await renew();
    if (readToken() !== before) return dropWhatIsOfIssuer();
    if (renewed) renewToken(renewed.token, renewed.renewedAt);
  } catch (error) {
    console.warn("The sign-in was not renewed.", error);
    if (Date.now() >= endsAtMs) throw new UnreachableError();
  }
}

/** Sign in with a token; with `renewedAt` (ms since 1970) it is renewed from then on. */
export function keepToken(token: string, renewedAt?: number): void {
  session += 1;
  renewToken(token, renewedAt);
  announce();
}

/** Go on in the same session with another token. */
function renewToken(token: string, renewedAt?: number): void {
  reason = "";
  endsAt = null;
  sessionStorage.setItem(KEPT_AS, token);
  if (renewedAt) sessionStorage.setItem(RENEWED_AT, String(renewedAt));
  else sessionStorage.removeItem(RENEWED_AT);
}

/** Sign out, and say why where it was not simply asked for. */
export function dropToken(why = ""): void {
  reason = why;
  sessionStorage.removeItem(KEPT_AS);
  sessionStorage.removeItem(RENEWED_AT);
  dropWhatIsOfIssuer();
  announce();
}

function dropWhatIsOfIssuer(): void {
  const kept = Object.keys(sessionStorage).filter((name) => name.startsWith(OF_ISSUER));
  for (const name of kept) sessionStorage.removeItem(name);
}

/** The API refused this token: the person has to sign in anew, and is told why. */
export function refuseToken(token: string): void {
  if (readToken() !== token) return; // another one is in use already
  dropToken(explainRefusal(token));
}

/** Note until when the token is good, as the API says. */
export function noteEnd(time: string | null): void {
  endsAt = time;
}

/** Return the number of the session, 0 without one, and why the last one ended. */
export function useSession(): { session: number; reason: string } {
  const current = useSyncExternalStore(watchSession, () => (readToken() ? session : 0));
  return { session: current, reason };
}

export function isJwt(token: string): boolean {
  return token.split(".").length === 3;
}

function explainRefusal(token: string): string {
  if (isJwt(token)) return "Your sign-in has ended. Sign in again to go on.";
  if (endsAt && Date.parse(endsAt) <= Date.now()) {
    return `Your key expired: it was good until ${formatTime(endsAt)}. Sign in with another one.`;
  }
  return "Your key is not valid: it was revoked, has expired, or is mistyped.";
}

/** Take the key out of a link such as `…/api/#key=pik_…`, and out of the address. */
function takeFromAddress(): void {
  const found = new URLSearchParams(location.hash.slice(1)).get("key")?.trim();
  if (!found) return;
  history.replaceState(null, "", location.pathname + location.search);
  keepToken(found);
}

function announce(): void {
  for (const listener of listeners) listener();
}

/** Call `listener` at each sign-in and sign-out, until what is returned is called. */
export function watchSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
