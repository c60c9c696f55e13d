/** An issuer's response to a sign-in, in the address that it redirects the browser to. */

export type ResponseMode = "query" | "fragment";

export interface SignInCallback {
  url: string;
  mode: ResponseMode;
}

/** Return the callback in an address, after `?` or `#`, or null. */
export function findCallback(href: string): SignInCallback | null {
  const { search, hash } = new URL(href);
  if (isCallback(search)) return { url: href, mode: "query" };
  return isCallback(hash) ? { url: href, mode: "fragment" } : null;
}

function isCallback(query: string): boolean {
  const given = new URLSearchParams(query.slice(1));
  return given.has("state") && (given.has("code") || given.has("error"));
}
