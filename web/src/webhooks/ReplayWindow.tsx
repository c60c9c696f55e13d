/** Sends again what was delivered, or was not, for the events of a time. */

import { type FormEvent, useState } from "react";
import { fieldsOf, isGeneral } from "../api/problems";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Fault, Notice } from "../ui/states";
import { say } from "../ui/toasts";
import { useReplayWindow } from "./deliveries";
import { localTime, readLocalTime } from "./times";
import type { Webhook } from "./webhooks";

const DAY_MS = 86_400_000;
const WANTED = {
  FAILED: "That failed",
  CANCELLED: "That were cancelled",
  DELIVERED: "That were delivered",
};
type Wanted = keyof typeof WANTED;

interface ReplayWindowProps {
  webhook: Webhook;
  onClose: () => void;
}

export function ReplayWindow({ webhook, onClose }: ReplayWindowProps) {
  const [since, setSince] = useState(() => localTime(new Date(Date.now() - DAY_MS)));
  const [until, setUntil] = useState("");
  const [wanted, setWanted] = useState<Wanted | "">("FAILED");
  const replaying = useReplayWindow(webhook.webhook_id, () => {
    say("The replay has begun. The log shows how it goes.");
    onClose();
  });
  const faults = fieldsOf(replaying.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replaying.mutate({
      since: readLocalTime(since),
      until: until ? readLocalTime(until) : null,
      status: wanted || null,
    });
  };
  return (
    <Dialog title="Replay a period" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>
          The same messages are sent again, for events of this time. The receiver knows them by
          their <code>webhook-id</code>.
        </p>
        {!webhook.enabled && <Notice tone="warn">Enable the webhook first.</Notice>}
        <Field label="Events since" hint="Deliveries are kept for 30 days." fault={faults.since}>
          <input
            type="datetime-local"
            value={since}
            required
            onChange={(event) => setSince(event.target.value)}
          />
        </Field>
        <Field
          label="Until"
          hint="Leave it empty for now."
          fault={faults.until && "It has to be after the time above."}
        >
          <input
            type="datetime-local"
            value={until}
            min={since}
            onChange={(event) => setUntil(event.target.value)}
          />
        </Field>
        <Field label="Which deliveries">
          <select
            value={wanted}
            onChange={(event) => setWanted(isWanted(event.target.value) ? event.target.value : "")}
          >
            {Object.entries(WANTED).map(([status, words]) => (
              <option key={status} value={status}>
                {words}
              </option>
            ))}
            <option value="">All that have ended</option>
          </select>
        </Field>
        {isGeneral(replaying.error, (name) => name === "since" || name === "until") && (
          <Fault error={replaying.error} />
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

function isWanted(text: string): text is Wanted {
  return text in WANTED;
}
