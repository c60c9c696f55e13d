/** An issuer's answer to a sign-in, as it stands in the address it sends the browser back to. */

export type ResponseMode = "query" | "fragment";

export interface Returned {
  url: string;
  mode: ResponseMode;
}

/** Find the answer in an address, after `?` or after `#`; null where there is none. */
export function findReturned(href: string): Returned | null {
  const { search, hash } = new URL(href);
  if (isAnswer(search)) return { url: href, mode: "query" };
  return isAnswer(hash) ? { url: href, mode: "fragment" } : null;
}

function isAnswer(part: string): boolean {
  const given = new URLSearchParams(part.slice(1));
  return given.has("state") && (given.has("code") || given.has("error"));
}
