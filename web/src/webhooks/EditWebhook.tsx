/** Changes a webhook. */

import { Dialog } from "../ui/dialogs";
import { say } from "../ui/toasts";
import { isChosenType } from "./events";
import { WebhookForm } from "./WebhookForm";
import { useChangeWebhook, type Webhook } from "./webhooks";

interface EditWebhookProps {
  webhook: Webhook;
  onClose: () => void;
}

export function EditWebhook({ webhook, onClose }: EditWebhookProps) {
  const changing = useChangeWebhook(webhook.webhook_id);
  const saved = () => {
    say("The webhook is changed.");
    onClose();
  };
  return (
    <Dialog title="Edit the webhook" onClose={onClose}>
      <WebhookForm
        from={{ ...webhook, event_types: webhook.event_types.filter(isChosenType) }}
        action="Save"
        isBusy={changing.isPending}
        error={changing.error}
        onSubmit={({ url, event_types, description }) =>
          changing.mutate({ url, event_types, description }, { onSuccess: saved })
        }
        onCancel={onClose}
      />
    </Dialog>
  );
}
