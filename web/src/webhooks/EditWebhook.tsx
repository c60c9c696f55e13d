/** Changes a webhook. */

import { useState } from "react";
import { Dialog } from "../ui/dialogs";
import { say } from "../ui/toasts";
import { changesOf, type Draft } from "./draft";
import { isChosenType } from "./events";
import { WebhookForm } from "./WebhookForm";
import { useChangeWebhook, type Webhook } from "./webhooks";

interface EditWebhookProps {
  webhook: Webhook;
  onClose: () => void;
}

export function EditWebhook({ webhook, onClose }: EditWebhookProps) {
  const [before] = useState(() => draftOf(webhook)); // the webhook is read anew now and then
  const changing = useChangeWebhook(webhook.webhook_id);
  const saved = () => {
    say("The webhook is changed.");
    onClose();
  };
  return (
    <Dialog title="Edit the webhook" onClose={onClose}>
      <WebhookForm
        from={before}
        action="Save"
        isBusy={changing.isPending}
        error={changing.error}
        onSubmit={(draft) => changing.mutate(changesOf(before, draft), { onSuccess: saved })}
        onCancel={onClose}
      />
    </Dialog>
  );
}

function draftOf({ url, event_types, description }: Webhook): Draft {
  return { url, event_types: event_types.filter(isChosenType), description };
}
