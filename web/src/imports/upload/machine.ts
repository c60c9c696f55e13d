/**
 * What may become of a file, from its choice to the end of its import.
 *
 * It is pure. What has to be done on the way is the upload's, which looks at before and after.
 */

export type At =
  | "chosen" // looked at, and not to be imported yet
  | "queued" // until the files before it have ended
  | "sending"
  | "paused"
  | "waiting" // for the connection; goes on by itself
  | "stopped" // by a fault that only a person can mend
  | "importing" // the bytes are all there; the rest is the service's
  | "ended"
  | "cancelled";

export type What =
  | "started"
  | "turn_came"
  | "paused"
  | "resumed"
  | "moved" // bytes arrived
  | "connection_lost"
  | "connection_tried"
  | "failed_for_now" // trying again may help
  | "failed"
  | "signed_out"
  | "sent"
  | "cancelled"
  | "ended";

export interface State {
  at: At;
  /** How often it failed since bytes last arrived. */
  failures: number;
  /** Why it waits, or has stopped. */
  error?: unknown;
}

export interface Happening {
  what: What;
  error?: unknown;
}

/** What follows what; everything else changes nothing. */
const FOLLOWS: Record<At, Partial<Record<What, At>>> = {
  chosen: { started: "queued", cancelled: "cancelled" },
  queued: {
    turn_came: "sending",
    signed_out: "stopped",
    cancelled: "cancelled",
    ended: "ended",
  },
  sending: {
    moved: "sending",
    paused: "paused",
    connection_lost: "waiting",
    failed_for_now: "waiting",
    failed: "stopped",
    signed_out: "paused",
    sent: "importing",
    cancelled: "cancelled",
    ended: "ended",
  },
  paused: { resumed: "sending", cancelled: "cancelled", ended: "ended" },
  waiting: {
    connection_tried: "sending",
    paused: "paused",
    signed_out: "paused",
    cancelled: "cancelled",
    ended: "ended",
  },
  stopped: { started: "queued", cancelled: "cancelled", ended: "ended" },
  importing: { ended: "ended" },
  ended: {},
  cancelled: {},
};

export const CHOSEN: State = { at: "chosen", failures: 0 };

/** Return the state that follows; the same one where nothing does. */
export function follow(state: State, { what, error }: Happening): State {
  const at = FOLLOWS[state.at][what];
  if (!at || (what === "moved" && !state.failures)) return state;
  const hasLost = what === "failed_for_now" || what === "connection_lost";
  if (hasLost) return { at, failures: state.failures + 1, error };
  const isAfresh = ["moved", "resumed", "turn_came"].includes(what);
  return { at, failures: isAfresh ? 0 : state.failures, error };
}

/** Whether nothing will become of it any more. */
export function isOver({ at }: State): boolean {
  return at === "ended" || at === "cancelled";
}

/** Whether the files after it wait for it. */
export function hasTurn({ at }: State): boolean {
  return at === "sending" || at === "paused" || at === "waiting" || at === "importing";
}

/** Whether it waits for the connection, or is trying whether it is back. */
export function isAway({ at, failures }: State): boolean {
  return at === "waiting" || (at === "sending" && failures > 0);
}

/** Whether closing the tab would break it off. */
export function isUnderWay({ at }: State): boolean {
  return at === "queued" || at === "sending" || at === "paused" || at === "waiting";
}

/** Return how long to wait for a connection before it is tried again, in milliseconds. */
export function waitBeforeTrying({ failures }: State): number {
  return Math.min(1_000 * 2 ** Math.max(0, failures - 1), 30_000);
}
