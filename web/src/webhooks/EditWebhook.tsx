/** Edits a webhook. */

import { useState } from "react";
import { Dialog } from "../ui/dialogs";
import { showToast } from "../ui/toasts";
import { type Draft, findChanges } from "./draft";
import { isChosenType } from "./events";
import { WebhookForm } from "./WebhookForm";
import { useChangeWebhook, type Webhook } from "./webhooks";

interface EditWebhookProps {
  webhook: Webhook;
  onClose: () => void;
}

export function EditWebhook({ webhook, onClose }: EditWebhookProps) {
  const [original] = useState(() => draftOf(webhook)); // the webhook is polled meanwhile
  const changing = useChangeWebhook(webhook.webhook_id);
  const saved = () => {
    showToast("Webhook saved.");
    onClose();
  };
  return (
    <Dialog title="Edit webhook" onClose={onClose}>
      <WebhookForm
        from={original}
        action="Save"
        isBusy={changing.isPending}
        error={changing.error}
        onSubmit={(draft) => changing.mutate(findChanges(original, draft), { onSuccess: saved })}
        onCancel={onClose}
      />
    </Dialog>
  );
}

function draftOf({ url, event_types, description }: Webhook): Draft {
  return { url, event_types: event_types.filter(isChosenType), description };
}
