/**
 * The state machine of an upload, from choosing the file to the end of its import.
 *
 * It is pure; the upload acts on the transitions.
 */

export type UploadStatus =
  | "chosen" // previewed, not started
  | "queued" // until the files before it finish
  | "sending"
  | "paused"
  | "waiting" // for the connection; resumes automatically
  | "stopped" // by an error that needs action
  | "importing" // fully uploaded
  | "ended"
  | "cancelled";

export type UploadEvent =
  | "started"
  | "turn_started"
  | "paused"
  | "resumed"
  | "progressed" // bytes arrived
  | "connection_lost"
  | "connection_retried"
  | "failed_temporarily" // retried automatically
  | "failed"
  | "signed_out"
  | "sent"
  | "cancelled"
  | "ended";

export interface State {
  status: UploadStatus;
  /** The failures since bytes last arrived. */
  failures: number;
  /** Why it is waiting or stopped. */
  error?: unknown;
}

export interface StateChange {
  event: UploadEvent;
  error?: unknown;
}

/** The transitions; other events have no effect. */
const TRANSITIONS: Record<UploadStatus, Partial<Record<UploadEvent, UploadStatus>>> = {
  chosen: { started: "queued", cancelled: "cancelled" },
  queued: {
    turn_started: "sending",
    signed_out: "stopped",
    cancelled: "cancelled",
    ended: "ended",
  },
  sending: {
    progressed: "sending",
    paused: "paused",
    connection_lost: "waiting",
    failed_temporarily: "waiting",
    failed: "stopped",
    signed_out: "paused",
    sent: "importing",
    cancelled: "cancelled",
    ended: "ended",
  },
  paused: { resumed: "sending", cancelled: "cancelled", ended: "ended" },
  waiting: {
    connection_retried: "sending",
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

export const CHOSEN: State = { status: "chosen", failures: 0 };

/** Return the next state; the same object if nothing changes. */
export function transition(state: State, { event, error }: StateChange): State {
  const status = TRANSITIONS[state.status][event];
  if (!status || (event === "progressed" && !state.failures)) return state;
  const isFailure = event === "failed_temporarily" || event === "connection_lost";
  if (isFailure) return { status, failures: state.failures + 1, error };
  const isReset = ["progressed", "resumed", "turn_started"].includes(event);
  return { status, failures: isReset ? 0 : state.failures, error };
}

/** Whether the upload is finished or cancelled. */
export function isFinished({ status }: State): boolean {
  return status === "ended" || status === "cancelled";
}

/** Whether the files after it must wait. */
export function occupiesQueue({ status }: State): boolean {
  return (
    status === "sending" || status === "paused" || status === "waiting" || status === "importing"
  );
}

/** Whether it is waiting for the connection or testing it. */
export function isWaitingForConnection({ status, failures }: State): boolean {
  return status === "waiting" || (status === "sending" && failures > 0);
}

/** Whether closing the tab would interrupt it. */
export function isUploadPending({ status }: State): boolean {
  return status === "queued" || status === "sending" || status === "paused" || status === "waiting";
}

/** Return the backoff delay before the next retry, in milliseconds. */
export function retryDelayMs({ failures }: State): number {
  return Math.min(1_000 * 2 ** Math.max(0, failures - 1), 30_000);
}
