/**
 * Sign-in at an OpenID Connect issuer: the authorization code flow with PKCE.
 *
 * Loaded only where there is an issuer and somebody goes there. What is sent to the API is the
 * access token, which has to be a JWT of that issuer for the API's audience.
 */

import { ErrorResponse, type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { API_ROOT } from "../api/client";
import { goTo } from "../app/route";
import { type Issuer, issuer, takeReturned } from "./issuer";
import type { ResponseMode } from "./returned";
import { listScopes } from "./scopes";
import { isJwt, RENEWED_MS_BEFORE_END } from "./token";

/** Signing in there did not lead to a token; the message says what to do. */
export class SignInError extends Error {
  override name = "SignInError";
}

export interface Renewed {
  token: string;
  renewedAt?: number;
}

export interface SignedIn extends Renewed {
  /** The address's fragment of the view that was shown before. */
  view: string;
}

/** Leave for the issuer, which sends the browser back to the page. */
export async function goToIssuer(): Promise<void> {
  const there = requireIssuer();
  try {
    const offered = await makeManager(there).metadataService.getMetadata();
    checkReach(there, offered.token_endpoint);
    // A fragment stays in the browser: no server sees the code in an address.
    const mode = offered.response_modes_supported?.includes("fragment") ? "fragment" : "query";
    const again = offered.scopes_supported?.includes("offline_access") ? ["offline_access"] : [];
    await makeManager(there, mode).signinRedirect({
      scope: ["openid", ...listScopes(), ...again].join(" "),
      state: location.hash,
      nonce: crypto.randomUUID(), // an answer to another sign-in is refused
      ...nameAudience(there.audience),
    });
  } catch (error) {
    throw explain(error, there, "could not be asked");
  }
}

/** Finish a sign-in with the issuer's answer. */
export async function finishSignIn(): Promise<SignedIn> {
  const there = requireIssuer();
  const answer = takeReturned();
  if (!answer) throw new SignInError("The sign-in was not finished. Begin it again.");
  let user: User;
  try {
    user = await makeManager(there, answer.mode).signinRedirectCallback(answer.url);
  } catch (error) {
    if (error instanceof ErrorResponse && typeof error.state === "string" && error.state) {
      goTo(error.state, { replace: true }); // the next try leads back to the view as well
    }
    throw explain(error, there, "did not finish the sign-in");
  }
  if (!isJwt(user.access_token)) {
    throw new SignInError(
      `The access token of ${nameIssuer(there)} is no JWT. The issuer has to make tokens for the` +
        " API's audience: whoever set it up can change that.",
    );
  }
  const view = typeof user.state === "string" ? user.state : "";
  return { token: user.access_token, renewedAt: renewalOf(user), view };
}

/** Return a new token; null where the issuer gives none. Raises when it does not answer. */
export async function renew(): Promise<Renewed | null> {
  try {
    const user = issuer && (await makeManager(issuer).signinSilent());
    return user && { token: user.access_token, renewedAt: renewalOf(user) };
  } catch (error) {
    if (error instanceof ErrorResponse) return null;
    throw error;
  }
}

export function nameIssuer({ url }: Issuer): string {
  return new URL(url).host;
}

function makeManager(there: Issuer, mode: ResponseMode = "query"): UserManager {
  const store = () => new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: there.url,
    client_id: there.clientId,
    redirect_uri: API_ROOT.href,
    silent_redirect_uri: "", // renewed by a refresh token alone, never in a hidden frame
    response_mode: mode,
    stateStore: store(),
    userStore: store(),
    automaticSilentRenew: false,
  });
}

/** The page may ask only where its policy lets it: at the issuer's own origin, and one more. */
function checkReach(there: Issuer, tokenEndpoint: string | undefined): void {
  if (!tokenEndpoint) return;
  const { origin } = new URL(tokenEndpoint);
  if (origin === new URL(there.url).origin || origin === there.tokenOrigin) return;
  throw new SignInError(
    `${nameIssuer(there)} gives its tokens at ${origin}, which this page may not ask. Whoever deploys` +
      " this service can allow it: OidcTokenOrigin is the setting.",
  );
}

/** Issuers are told in two ways what a token is for: RFC 8707, where it is a URI, and a custom. */
function nameAudience(audience: string): {
  resource?: string;
  extraQueryParams?: Record<string, string>;
} {
  if (!audience) return {};
  const resource = URL.canParse(audience) ? { resource: audience } : {};
  return { ...resource, extraQueryParams: { audience } };
}

function renewalOf(user: User): number | undefined {
  if (!user.refresh_token || !user.expires_at) return undefined;
  return user.expires_at * 1000 - RENEWED_MS_BEFORE_END;
}

function requireIssuer(): Issuer {
  if (!issuer) throw new SignInError("Signing in with an issuer is not set up here. Use a key.");
  return issuer;
}

function explain(error: unknown, there: Issuer, otherwise: string): SignInError {
  if (error instanceof SignInError) return error;
  const name = nameIssuer(there);
  if (error instanceof ErrorResponse) {
    if (error.error === "access_denied") return new SignInError(`${name} did not let you in.`);
    const said = error.error_description ?? error.error ?? "an error";
    return new SignInError(`${name} refused the sign-in: ${said}`);
  }
  const said = error instanceof Error ? error.message : String(error);
  return new SignInError(`${name} ${otherwise}. Try again, or use a key. (${said})`);
}
