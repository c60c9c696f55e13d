/**
 * The token of this tab: an API key, or an issuer's JWT.
 *
 * Session storage ends with the tab, and no other site can make the browser send what is in it.
 */

import { useSyncExternalStore } from "react";

const KEPT_AS = "product-importer.token";
const listeners = new Set<() => void>();
let refusal = "";

takeFromAddress();

export function readToken(): string | null {
  return sessionStorage.getItem(KEPT_AS);
}

export function keepToken(token: string): void {
  refusal = "";
  sessionStorage.setItem(KEPT_AS, token);
  announce();
}

export function dropToken(): void {
  refusal = "";
  forget();
}

/** The API refused this token: the person has to sign in anew, and is told why. */
export function refuseToken(token: string): void {
  if (readToken() !== token) return; // another one is in use already
  refusal = "The key is not valid any more: it was revoked, has expired, or is mistyped.";
  forget();
}

/** Return the token, and why the last one was refused; renders anew when they change. */
export function useToken(): { token: string | null; refusal: string } {
  const token = useSyncExternalStore(subscribe, readToken);
  return { token, refusal };
}

/** Take the key out of a link such as `…/api/#key=pik_…`, and out of the address. */
function takeFromAddress(): void {
  const found = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!found) return;
  sessionStorage.setItem(KEPT_AS, found);
  history.replaceState(null, "", location.pathname + location.search);
}

function forget(): void {
  sessionStorage.removeItem(KEPT_AS);
  announce();
}

function announce(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
