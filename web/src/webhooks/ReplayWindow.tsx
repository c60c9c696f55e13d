/** Replays the deliveries of a period. */

import { type FormEvent, useState } from "react";
import { fieldErrors, hasFormError } from "../api/problems";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { ErrorNotice, Notice } from "../ui/states";
import { showToast } from "../ui/toasts";
import { useReplayWindow } from "./deliveries";
import { formatLocalTime, parseLocalTime } from "./times";
import type { Webhook } from "./webhooks";

const DAY_MS = 86_400_000;
const STATUSES = {
  FAILED: "Failed",
  CANCELLED: "Cancelled",
  DELIVERED: "Delivered",
};
type Status = keyof typeof STATUSES;

interface ReplayWindowProps {
  webhook: Webhook;
  onClose: () => void;
}

export function ReplayWindow({ webhook, onClose }: ReplayWindowProps) {
  const [since, setSince] = useState(() => formatLocalTime(new Date(Date.now() - DAY_MS)));
  const [until, setUntil] = useState("");
  const [status, setStatus] = useState<Status | "">("FAILED");
  const replaying = useReplayWindow(webhook.webhook_id, () => {
    showToast("Replay started. Its deliveries appear in the log.");
    onClose();
  });
  const errors = fieldErrors(replaying.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replaying.mutate({
      since: parseLocalTime(since),
      until: until ? parseLocalTime(until) : null,
      status: status || null,
    });
  };
  return (
    <Dialog title="Replay deliveries" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>
          Sends the messages of this period again. Their <code>webhook-id</code> stays the same, so
          the receiver can recognize them.
        </p>
        {!webhook.enabled && <Notice tone="warn">Enable the webhook first.</Notice>}
        <Field label="From" hint="Deliveries are kept for 30 days." error={errors.since}>
          <input
            type="datetime-local"
            value={since}
            required
            onChange={(event) => setSince(event.target.value)}
          />
        </Field>
        <Field
          label="To"
          hint="Leave blank for the current time."
          error={errors.until && "Must be after the start of the period."}
        >
          <input
            type="datetime-local"
            value={until}
            min={since}
            onChange={(event) => setUntil(event.target.value)}
          />
        </Field>
        <Field label="Status">
          <select
            value={status}
            onChange={(event) => setStatus(isStatus(event.target.value) ? event.target.value : "")}
          >
            {Object.entries(STATUSES).map(([status, words]) => (
              <option key={status} value={status}>
                {words}
              </option>
            ))}
            <option value="">All finished</option>
          </select>
        </Field>
        {hasFormError(replaying.error, (name) => name === "since" || name === "until") && (
          <ErrorNotice error={replaying.error} />
        )}
        <div className="row">
          <Button
            type="submit"
            kind="primary"
            isBusy={replaying.isPending}
            disabled={!webhook.enabled}
          >
            Replay
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

function isStatus(text: string): text is Status {
  return text in STATUSES;
}
