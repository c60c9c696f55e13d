/**
 * Which view is shown, in the address's fragment: `#/products?search=lamp&sort=price`.
 *
 * The path before it is the API's own.
 */

import { useMemo, useSyncExternalStore } from "react";

export interface Route {
  /** The parts of the path: `["webhooks", "wh_…"]`. */
  path: string[];
  parameters: URLSearchParams;
}

export function parseRoute(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split("?");
  return {
    path: path.split("/").filter(Boolean).map(decodeURIComponent),
    parameters: new URLSearchParams(query),
  };
}

/** Return the address of a view, for a link's `href`. */
export function linkTo(
  path: string,
  parameters?: URLSearchParams | Record<string, string>,
): string {
  const query = new URLSearchParams(parameters).toString();
  return `#/${path.replace(/^\//, "")}${query ? `?${query}` : ""}`;
}

/** Go to a view; with `replace` the one before is not kept to go back to. */
export function goTo(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}
