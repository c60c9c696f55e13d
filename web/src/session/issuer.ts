/** Where people sign in beside keys: an OpenID Connect issuer, if the page's head names one. */

import { findReturned, type Returned } from "./returned";

export interface Issuer {
  url: string;
  /** The page's, at the issuer. */
  clientId: string;
  /** What the access tokens are to be good for; empty where the issuer knows it by the client. */
  audience: string;
  /** Where its tokens are fetched; empty where that is its own origin. */
  tokenOrigin: string;
}

export const issuer = readIssuer();
let returned = issuer ? takeFromAddress() : null;

export function hasReturned(): boolean {
  return returned !== null;
}

/** Return the issuer's answer that the page was loaded with, once: it is good once. */
export function takeReturned(): Returned | null {
  const found = returned;
  returned = null;
  return found;
}

function takeFromAddress(): Returned | null {
  const found = findReturned(location.href);
  if (found) history.replaceState(null, "", location.pathname);
  return found;
}

function readIssuer(): Issuer | null {
  const [url, clientId] = [readMeta("oidc-issuer"), readMeta("oidc-client-id")];
  if (!url || !clientId) return null;
  const [audience, tokenOrigin] = [readMeta("oidc-audience"), readMeta("oidc-token-origin")];
  return { url, clientId, audience, tokenOrigin };
}

function readMeta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}
