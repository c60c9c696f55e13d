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
    path: path.split("/").filter(Boolean).map(decode),
    parameters: new URLSearchParams(query),
  };
}

/** A link that was cut may end within an escape: then its part is taken as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
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

/** Asks whether the address may be left, and is given the way to leave it. */
export type AskLeave = (leave: () => void) => void;

let held: { address: string; ask: AskLeave } | null = null;

/** Keep to this address until what is returned is called; going anywhere else asks first. */
export function holdRoute(ask: AskLeave): () => void {
  const address = location.hash;
  const stay = () => {
    const wanted = location.hash;
    if (wanted === address) return;
    history.pushState(null, "", address); // the browser went back, or along a link, already
    goTo(wanted);
  };
  const warn = (event: Event) => event.preventDefault();
  const hold = { address, ask };
  held = hold;
  addEventListener("popstate", stay);
  addEventListener("beforeunload", warn);
  return () => {
    if (held === hold) held = null;
    removeEventListener("popstate", stay);
    removeEventListener("beforeunload", warn);
  };
}

/** Go to a view; with `replace` the one before is not kept to go back to. */
export function goTo(href: string, { replace = false } = {}): void {
  leaveBy(() => {
    if (replace) history.replaceState(null, "", href);
    else history.pushState(null, "", href);
    dispatchEvent(new HashChangeEvent("hashchange"));
  });
}

/** Do what ends the view that is shown, such as signing out; who holds the address is asked first. */
export function leaveBy(leave: () => void): void {
  const go = () => {
    held = null;
    leave();
  };
  if (held) held.ask(go);
  else go();
}

export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, readFragment);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

/** What is held is still shown while the browser is elsewhere already, until it is put back. */
function readFragment(): string {
  return held?.address ?? location.hash;
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}
