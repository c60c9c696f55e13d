/** Facts about issuers' tokens that the session and the sign-in share. */

/** How long before its expiry a token is renewed. */
export const RENEWAL_LEAD_MS = 30_000;

export function isJwt(token: string): boolean {
  return token.split(".").length === 3;
}
