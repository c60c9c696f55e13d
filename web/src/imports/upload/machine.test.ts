import { expect, test } from "vitest";
import {
  type At,
  CHOSEN,
  follow,
  hasTurn,
  isAway,
  isUnderWay,
  type State,
  type What,
  waitBeforeTrying,
} from "./machine";

function after(...whats: What[]): State {
  return whats.reduce((state, what) => follow(state, { what }), CHOSEN);
}

const SENDING: What[] = ["started", "turn_came"];

test.each<[At, What[]]>([
  ["queued", ["started"]],
  ["sending", SENDING],
  ["importing", [...SENDING, "sent"]],
  ["ended", [...SENDING, "sent", "ended"]],
])("a file is %s after %j", (at, whats) => {
  expect(after(...whats).at).toBe(at);
});

test("a turn comes only to what was started", () => {
  expect(after("turn_came")).toEqual(CHOSEN);
});

test("what is paused stays so until a person resumes it", () => {
  for (const what of ["connection_lost", "connection_tried", "failed_for_now"] as const) {
    expect(after(...SENDING, "paused", what).at).toBe("paused");
  }
  expect(after(...SENDING, "paused", "resumed").at).toBe("sending");
});

test("a lost connection is waited for, and tried by itself", () => {
  expect(after(...SENDING, "connection_lost").at).toBe("waiting");
  expect(after(...SENDING, "connection_lost", "connection_tried").at).toBe("sending");
  expect(after(...SENDING, "connection_lost", "paused").at).toBe("paused");
});

test("it is away until bytes arrive again", () => {
  const lost: What[] = [...SENDING, "connection_lost"];
  expect(isAway(after(...SENDING))).toBe(false);
  expect(isAway(after(...lost))).toBe(true);
  expect(isAway(after(...lost, "connection_tried"))).toBe(true);
  expect(isAway(after(...lost, "connection_tried", "moved"))).toBe(false);
});

test("failures in a row are counted until bytes arrive", () => {
  const twice: What[] = [...SENDING, "failed_for_now", "connection_tried", "failed_for_now"];
  expect(after(...twice)).toMatchObject({ at: "waiting", failures: 2 });
  expect(after(...twice, "connection_tried", "moved")).toMatchObject({
    at: "sending",
    failures: 0,
  });
});

test("why it waits or stopped is known until it goes on", () => {
  const error = new Error("away");
  const waiting = follow(after(...SENDING), { what: "failed_for_now", error });
  expect(waiting.error).toBe(error);
  expect(follow(waiting, { what: "connection_tried" }).error).toBeUndefined();
});

test("what has stopped gives its turn to the next, and queues again when it is started", () => {
  const stopped = after(...SENDING, "failed");
  expect(stopped.at).toBe("stopped");
  expect(hasTurn(stopped)).toBe(false);
  expect(follow(stopped, { what: "started" }).at).toBe("queued");
});

test("after a sign-out nothing is sent by itself, under whoever's key", () => {
  expect(after(...SENDING, "signed_out").at).toBe("paused");
  expect(after(...SENDING, "connection_lost", "signed_out").at).toBe("paused");
  expect(after("started", "signed_out", "turn_came").at).toBe("stopped");
  expect(after("started", "signed_out", "started").at).toBe("queued");
  expect(after("signed_out").at).toBe("chosen");
  expect(after(...SENDING, "sent", "signed_out").at).toBe("importing");
});

test("a file is cancelled at any time before its bytes are all there", () => {
  expect(after("cancelled").at).toBe("cancelled");
  expect(after(...SENDING, "paused", "cancelled").at).toBe("cancelled");
  expect(after(...SENDING, "failed", "cancelled").at).toBe("cancelled");
  expect(after(...SENDING, "sent", "cancelled").at).toBe("importing");
});

test("what is over stays over", () => {
  for (const what of ["started", "turn_came", "resumed", "failed", "sent", "ended"] as const) {
    expect(after(...SENDING, "cancelled", what).at).toBe("cancelled");
  }
});

test("the tab may be closed once no bytes are left to send", () => {
  expect(isUnderWay(after("started"))).toBe(true);
  expect(isUnderWay(after(...SENDING, "paused"))).toBe(true);
  expect(isUnderWay(after(...SENDING, "sent"))).toBe(false);
});

test("progress that changes nothing is the same state", () => {
  const sending = after(...SENDING);
  expect(follow(sending, { what: "moved" })).toBe(sending);
});

test("the longer a connection is away the rarer it is tried, up to every half minute", () => {
  const waits = [0, 1, 2, 3, 9].map((failures) => waitBeforeTrying({ at: "waiting", failures }));
  expect(waits).toEqual([1_000, 1_000, 2_000, 4_000, 30_000]);
});
