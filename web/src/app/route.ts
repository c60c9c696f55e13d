/**
 * Routing by the address's fragment: `#/products?search=lamp&sort=price`.
 *
 * The path before the fragment belongs to the API.
 */

import { useMemo, useSyncExternalStore } from "react";

export interface Route {
  /** The segments of the path: `["webhooks", "wh_…"]`. */
  path: string[];
  parameters: URLSearchParams;
}

/** The props of every view. */
export interface ViewProps {
  route: Route;
}

export function parseRoute(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#?\/?/, "").split("?");
  return {
    path: path.split("/").filter(Boolean).map(decode),
    parameters: new URLSearchParams(query),
  };
}

/** Decode a segment. A truncated link may end within an escape; return such a segment unchanged. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Return the address of a view, for a link's `href`. */
export function linkTo(
  path: string,
  parameters?: URLSearchParams | Record<string, string>,
): string {
  const query = new URLSearchParams(parameters).toString();
  return `#/${path.replace(/^\//, "")}${query ? `?${query}` : ""}`;
}

/** Asks whether to leave the address; calls `leave` to do so. */
export type ConfirmLeave = (leave: () => void) => void;

let blocked: { address: string; confirm: ConfirmLeave } | null = null;

/** Ask before the address is left. Return a function that stops blocking. */
export function blockNavigation(confirm: ConfirmLeave): () => void {
  const address = location.hash;
  const stay = () => {
    const target = location.hash;
    if (target === address) return;
    history.pushState(null, "", address); // the browser has already navigated
    goTo(target);
  };
  const warn = (event: Event) => event.preventDefault();
  const block = { address, confirm };
  blocked = block;
  addEventListener("popstate", stay);
  addEventListener("beforeunload", warn);
  return () => {
    if (blocked === block) blocked = null;
    removeEventListener("popstate", stay);
    removeEventListener("beforeunload", warn);
  };
}

/** Go to a view; `replace` leaves the previous one out of the history. */
export function goTo(href: string, { replace = false } = {}): void {
  leaveView(() => {
    if (replace) history.replaceState(null, "", href);
    else history.pushState(null, "", href);
    dispatchEvent(new HashChangeEvent("hashchange"));
  });
}

/** Run an action that closes the current view, such as signing out; confirm first if blocked. */
export function leaveView(leave: () => void): void {
  const go = () => {
    blocked = null;
    leave();
  };
  if (blocked) blocked.confirm(go);
  else go();
}

export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, readFragment);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

/** A blocked address stays current while the browser shows another one. */
function readFragment(): string {
  return blocked?.address ?? location.hash;
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}
