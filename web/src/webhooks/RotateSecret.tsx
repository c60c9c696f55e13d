/** Gives a webhook a new secret, and explains when the old one ends. */

import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Fault } from "../ui/states";
import { ShowSecret } from "./ShowSecret";
import { useRotateSecret, type Webhook } from "./webhooks";

interface RotateSecretProps {
  webhook: Webhook;
  onClose: () => void;
}

export function RotateSecret({ webhook, onClose }: RotateSecretProps) {
  const rotating = useRotateSecret(webhook.webhook_id);
  if (rotating.data) {
    return (
      <ShowSecret title="The new secret" secret={rotating.data.secret} onClose={onClose}>
        <p>Put it into the receiver within 24 hours: until then the old one is good as well.</p>
      </ShowSecret>
    );
  }
  const close = () => rotating.isPending || onClose(); // the new secret would never be seen
  return (
    <Dialog title="Rotate the secret?" onClose={close}>
      <p>
        A new secret is made and shown once. For 24 hours each message is signed with both, so the
        receiver may be changed at any time in between and misses nothing. Then the old one ends.
      </p>
      <p>If the old one has leaked, change the receiver at once.</p>
      {rotating.error && <Fault error={rotating.error} />}
      <div className="row">
        <Button kind="primary" isBusy={rotating.isPending} onClick={() => rotating.mutate()}>
          Rotate the secret
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </Dialog>
  );
}
