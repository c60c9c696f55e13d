/**
 * The session's token: an API key or an issuer's JWT.
 *
 * Session storage ends with the tab, and no other site can make the browser send its contents.
 */

import { useSyncExternalStore } from "react";
import { UnreachableError } from "../api/problems";
import { formatTime } from "../ui/format";
import { isJwt, RENEWAL_LEAD_MS } from "./jwt";

const TOKEN = "product-importer.token";
const RENEWED_AT = "product-importer.renewed-at"; // ms since 1970; only for tokens that can be renewed
const ISSUER_PREFIX = "oidc."; // of the entries of oidc-client-ts

const listeners = new Set<() => void>();
let session = 1; // changes with each sign-in, not with a renewal
let reason = "";
let expiresAt: string | null = null;
let renewing: Promise<void> | null = null;

takeFromAddress();
addEventListener("hashchange", takeFromAddress);

export function currentToken(): string | null {
  return sessionStorage.getItem(TOKEN);
}

/** Return the token for a request, renewed first if it is about to expire. */
export async function freshToken(): Promise<string | null> {
  const renewedAt = Number(sessionStorage.getItem(RENEWED_AT) ?? Number.POSITIVE_INFINITY);
  if (Date.now() >= renewedAt) {
    renewing ??= renewSession(renewedAt + RENEWAL_LEAD_MS).finally(() => {
      renewing = null;
    });
    await renewing;
  }
  return currentToken();
}

/**
 * Renew the session's token, unless the session has ended or changed meanwhile.
 *
 * While the issuer is unreachable the old token is used until it expires. After that requests fail
 * here, because the API's 401 would end the session.
 */
async function renewSession(expiresAtMs: number): Promise<void> {
  const before = currentToken();
  try {
    const { renew } = await import("./oidc");
    const renewed = await renew();
    if (currentToken() !== before) return clearIssuerState();
    if (renewed) renewToken(renewed.token, renewed.renewedAt);
  } catch (error) {
    console.warn("The token could not be renewed.", error);
    if (Date.now() >= expiresAtMs) throw new UnreachableError();
  }
}

/** Start a session with a token, which is renewed from `renewedAt` (ms since 1970) on. */
export function startSession(token: string, renewedAt?: number): void {
  session += 1;
  renewToken(token, renewedAt);
  notify();
}

/** Replace the token within the same session. */
function renewToken(token: string, renewedAt?: number): void {
  reason = "";
  expiresAt = null;
  sessionStorage.setItem(TOKEN, token);
  if (renewedAt) sessionStorage.setItem(RENEWED_AT, String(renewedAt));
  else sessionStorage.removeItem(RENEWED_AT);
}

/** End the session; `why` is shown on the sign-in page. */
export function endSession(why = ""): void {
  reason = why;
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(RENEWED_AT);
  clearIssuerState();
  notify();
}

function clearIssuerState(): void {
  const kept = Object.keys(sessionStorage).filter((name) => name.startsWith(ISSUER_PREFIX));
  for (const name of kept) sessionStorage.removeItem(name);
}

/** End the session because the API rejected its token. */
export function handleRejectedToken(token: string): void {
  if (currentToken() !== token) return; // the session has another token by now
  endSession(explainRejection(token));
}

/** Note when the token expires, according to the API. */
export function noteExpiry(time: string | null): void {
  expiresAt = time;
}

/** Return the session's number, 0 without one, and why the last session ended. */
export function useSession(): { session: number; reason: string } {
  const current = useSyncExternalStore(watchSession, () => (currentToken() ? session : 0));
  return { session: current, reason };
}

function explainRejection(token: string): string {
  if (isJwt(token)) return "Your session has expired. Sign in again.";
  if (expiresAt && Date.parse(expiresAt) <= Date.now()) {
    return `Your key expired on ${formatTime(expiresAt)}. Sign in with another key.`;
  }
  return "Your key isn't valid: it was revoked, has expired or is mistyped.";
}

/** Sign in with the key in a link such as `…/api/#key=pik_…`, and remove it from the address. */
function takeFromAddress(): void {
  const found = new URLSearchParams(location.hash.slice(1)).get("key")?.trim();
  if (!found) return;
  history.replaceState(null, "", location.pathname + location.search);
  startSession(found);
}

function notify(): void {
  for (const listener of listeners) listener();
}

/** Call `listener` on each sign-in and sign-out. Return a function that stops this. */
export function watchSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
