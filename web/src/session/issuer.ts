/** The OpenID Connect issuer for sign-in, if the page's head names one. */

import { findCallback, type SignInCallback } from "./callback";

export interface Issuer {
  url: string;
  /** The page's client ID at the issuer. */
  clientId: string;
  /** The audience to request for access tokens; empty if the issuer knows it by the client. */
  audience: string;
  /** The token endpoint's origin; empty if it is the issuer's own. */
  tokenOrigin: string;
}

export const issuer = readIssuer();
let callback = issuer ? takeFromAddress() : null;

export function hasCallback(): boolean {
  return callback !== null;
}

/** Return the issuer's callback that the page was loaded with. It can be used only once. */
export function takeCallback(): SignInCallback | null {
  const found = callback;
  callback = null;
  return found;
}

function takeFromAddress(): SignInCallback | null {
  const found = findCallback(location.href);
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
