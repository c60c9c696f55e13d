import { expect, test } from "vitest";
import {
  CHOSEN,
  isUploadPending,
  isWaitingForConnection,
  occupiesQueue,
  retryDelayMs,
  type State,
  transition,
  type UploadEvent,
  type UploadStatus,
} from "./machine";

function after(...events: UploadEvent[]): State {
  return events.reduce((state, event) => transition(state, { event }), CHOSEN);
}

const SENDING: UploadEvent[] = ["started", "turn_started"];

test.each<[UploadStatus, UploadEvent[]]>([
  ["queued", ["started"]],
  ["sending", SENDING],
  ["importing", [...SENDING, "sent"]],
  ["ended", [...SENDING, "sent", "ended"]],
])("a file is %s after %j", (status, events) => {
  expect(after(...events).status).toBe(status);
});

test("only a started file gets its turn", () => {
  expect(after("turn_started")).toEqual(CHOSEN);
});

test("a paused upload stays paused until it is resumed", () => {
  for (const event of ["connection_lost", "connection_retried", "failed_temporarily"] as const) {
    expect(after(...SENDING, "paused", event).status).toBe("paused");
  }
  expect(after(...SENDING, "paused", "resumed").status).toBe("sending");
});

test("after a lost connection the upload waits and retries", () => {
  expect(after(...SENDING, "connection_lost").status).toBe("waiting");
  expect(after(...SENDING, "connection_lost", "connection_retried").status).toBe("sending");
  expect(after(...SENDING, "connection_lost", "paused").status).toBe("paused");
});

test("it waits for the connection until bytes arrive", () => {
  const lost: UploadEvent[] = [...SENDING, "connection_lost"];
  expect(isWaitingForConnection(after(...SENDING))).toBe(false);
  expect(isWaitingForConnection(after(...lost))).toBe(true);
  expect(isWaitingForConnection(after(...lost, "connection_retried"))).toBe(true);
  expect(isWaitingForConnection(after(...lost, "connection_retried", "progressed"))).toBe(false);
});

test("consecutive failures are counted until bytes arrive", () => {
  const twice: UploadEvent[] = [
    ...SENDING,
    "failed_temporarily",
    "connection_retried",
    "failed_temporarily",
  ];
  expect(after(...twice)).toMatchObject({ status: "waiting", failures: 2 });
  expect(after(...twice, "connection_retried", "progressed")).toMatchObject({
    status: "sending",
    failures: 0,
  });
});

test("the error is available until the upload resumes", () => {
  const error = new Error("away");
  const waiting = transition(after(...SENDING), { event: "failed_temporarily", error });
  expect(waiting.error).toBe(error);
  expect(transition(waiting, { event: "connection_retried" }).error).toBeUndefined();
});

test("a stopped upload lets the next one start, and queues when it is started again", () => {
  const stopped = after(...SENDING, "failed");
  expect(stopped.status).toBe("stopped");
  expect(occupiesQueue(stopped)).toBe(false);
  expect(transition(stopped, { event: "started" }).status).toBe("queued");
});

test("after a sign-out nothing is sent automatically", () => {
  expect(after(...SENDING, "signed_out").status).toBe("paused");
  expect(after(...SENDING, "connection_lost", "signed_out").status).toBe("paused");
  expect(after("started", "signed_out", "turn_started").status).toBe("stopped");
  expect(after("started", "signed_out", "started").status).toBe("queued");
  expect(after("signed_out").status).toBe("chosen");
  expect(after(...SENDING, "sent", "signed_out").status).toBe("importing");
});

test("an upload can be cancelled until all bytes are sent", () => {
  expect(after("cancelled").status).toBe("cancelled");
  expect(after(...SENDING, "paused", "cancelled").status).toBe("cancelled");
  expect(after(...SENDING, "failed", "cancelled").status).toBe("cancelled");
  expect(after(...SENDING, "sent", "cancelled").status).toBe("importing");
});

test("a finished upload stays finished", () => {
  for (const event of ["started", "turn_started", "resumed", "failed", "sent", "ended"] as const) {
    expect(after(...SENDING, "cancelled", event).status).toBe("cancelled");
  }
});

test("the tab can be closed when all bytes are sent", () => {
  expect(isUploadPending(after("started"))).toBe(true);
  expect(isUploadPending(after(...SENDING, "paused"))).toBe(true);
  expect(isUploadPending(after(...SENDING, "sent"))).toBe(false);
});

test("progress without failures keeps the state object", () => {
  const sending = after(...SENDING);
  expect(transition(sending, { event: "progressed" })).toBe(sending);
});

test("the backoff grows to half a minute", () => {
  const waits = [0, 1, 2, 3, 9].map((failures) => retryDelayMs({ status: "waiting", failures }));
  expect(waits).toEqual([1_000, 1_000, 2_000, 4_000, 30_000]);
});
