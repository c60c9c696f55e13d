/** Rotates a webhook's secret. */

import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { ErrorNotice } from "../ui/states";
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
      <ShowSecret title="New secret" secret={rotating.data.secret} onClose={onClose}>
        <p>Update the receiver within 24 hours. Until then the old secret still works.</p>
      </ShowSecret>
    );
  }
  const close = () => rotating.isPending || onClose(); // otherwise the new secret would never be shown
  return (
    <Dialog title="Rotate secret?" onClose={close}>
      <p>
        The new secret is shown once. Messages are signed with both secrets for 24 hours, so you can
        update the receiver without missing any. Then the old secret expires.
      </p>
      <p>If the old secret has leaked, update the receiver immediately.</p>
      {rotating.error && <ErrorNotice error={rotating.error} />}
      <div className="row">
        <Button kind="primary" isBusy={rotating.isPending} onClick={() => rotating.mutate()}>
          Rotate secret
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </Dialog>
  );
}
