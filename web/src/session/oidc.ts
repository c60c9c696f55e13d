/**
 * Sign-in through an OpenID Connect issuer: the authorization code flow with PKCE.
 *
 * Loaded only when someone signs in through the issuer. The API receives the access token, which must
 * be a JWT of that issuer for the API's audience.
 */

import { ErrorResponse, type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { API_ROOT } from "../api/root";
import { goTo } from "../app/route";
import type { ResponseMode } from "./callback";
import { type Issuer, issuer, takeCallback } from "./issuer";
import { isJwt, RENEWAL_LEAD_MS } from "./jwt";
import { listScopes } from "./scopes";

/** The sign-in failed; the message says what to do. */
export class SignInError extends Error {
  override name = "SignInError";
}

export interface RenewedToken {
  token: string;
  renewedAt?: number;
}

export interface SignedIn extends RenewedToken {
  /** The address fragment of the view before the sign-in. */
  view: string;
}

/** Redirect to the issuer, which redirects the browser back to the page. */
export async function goToIssuer(): Promise<void> {
  const target = requireIssuer();
  try {
    const offered = await makeManager(target).metadataService.getMetadata();
    checkTokenOrigin(target, offered.token_endpoint);
    // A fragment stays in the browser, so no server log contains the code.
    const mode = offered.response_modes_supported?.includes("fragment") ? "fragment" : "query";
    const refresh = offered.scopes_supported?.includes("offline_access") ? ["offline_access"] : [];
    await makeManager(target, mode).signinRedirect({
      scope: ["openid", ...listScopes(), ...refresh].join(" "),
      state: location.hash,
      nonce: crypto.randomUUID(), // rejects the response to another sign-in
      ...audienceParameters(target.audience),
    });
  } catch (error) {
    throw toSignInError(error, target, "can't be reached");
  }
}

/** Exchange the issuer's callback for a token. */
export async function finishSignIn(): Promise<SignedIn> {
  const target = requireIssuer();
  const callback = takeCallback();
  if (!callback) throw new SignInError("The sign-in wasn't completed. Start again.");
  let user: User;
  try {
    user = await makeManager(target, callback.mode).signinRedirectCallback(callback.url);
  } catch (error) {
    if (error instanceof ErrorResponse && typeof error.state === "string" && error.state) {
      goTo(error.state, { replace: true }); // so that the next attempt returns to the same view
    }
    throw toSignInError(error, target, "didn't complete the sign-in");
  }
  if (!isJwt(user.access_token)) {
    throw new SignInError(
      `The access token from ${issuerName(target)} isn't a JWT. Ask the issuer's administrator to` +
        " issue tokens for the API's audience.",
    );
  }
  const view = typeof user.state === "string" ? user.state : "";
  return { token: user.access_token, renewedAt: renewalTime(user), view };
}

/** Return a new token; null if the issuer rejects the renewal. Raises if it doesn't respond. */
export async function renew(): Promise<RenewedToken | null> {
  try {
    const user = issuer && (await makeManager(issuer).signinSilent());
    return user && { token: user.access_token, renewedAt: renewalTime(user) };
  } catch (error) {
    if (error instanceof ErrorResponse) return null;
    throw error;
  }
}

function issuerName({ url }: Issuer): string {
  return new URL(url).host;
}

function makeManager(target: Issuer, mode: ResponseMode = "query"): UserManager {
  const store = () => new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: target.url,
    client_id: target.clientId,
    redirect_uri: API_ROOT.href,
    silent_redirect_uri: "", // renewal uses the refresh token only, never a hidden frame
    response_mode: mode,
    stateStore: store(),
    userStore: store(),
    automaticSilentRenew: false,
  });
}

/** Raise unless the page's content security policy allows requests to the token endpoint. */
function checkTokenOrigin(target: Issuer, tokenEndpoint: string | undefined): void {
  if (!tokenEndpoint) return;
  const { origin } = new URL(tokenEndpoint);
  if (origin === new URL(target.url).origin || origin === target.tokenOrigin) return;
  throw new SignInError(
    `${issuerName(target)} issues tokens at ${origin}, which this page isn't allowed to request. Ask` +
      " the administrator to set OidcTokenOrigin.",
  );
}

/** The audience as `resource` (RFC 8707), if it is a URI, and as the common `audience` parameter. */
function audienceParameters(audience: string): {
  resource?: string;
  extraQueryParams?: Record<string, string>;
} {
  if (!audience) return {};
  const resource = URL.canParse(audience) ? { resource: audience } : {};
  return { ...resource, extraQueryParams: { audience } };
}

function renewalTime(user: User): number | undefined {
  if (!user.refresh_token || !user.expires_at) return undefined;
  return user.expires_at * 1000 - RENEWAL_LEAD_MS;
}

function requireIssuer(): Issuer {
  if (!issuer) throw new SignInError("Sign-in through an issuer isn't configured. Use a key.");
  return issuer;
}

function toSignInError(error: unknown, target: Issuer, failure: string): SignInError {
  if (error instanceof SignInError) return error;
  const name = issuerName(target);
  if (error instanceof ErrorResponse) {
    if (error.error === "access_denied") return new SignInError(`${name} denied access.`);
    const reason = error.error_description ?? error.error ?? "unknown error";
    return new SignInError(`${name} rejected the sign-in: ${reason}`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new SignInError(`${name} ${failure}. Try again, or use a key. (${reason})`);
}
