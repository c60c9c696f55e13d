/** Makes a webhook, then shows its secret once. */

import { goTo, linkTo } from "../app/route";
import { Dialog } from "../ui/dialogs";
import { ALL } from "./events";
import { ShowSecret } from "./ShowSecret";
import { type Draft, WebhookForm } from "./WebhookForm";
import { useCreateWebhook } from "./webhooks";

const EMPTY: Draft = { url: "", event_types: [ALL], description: "" };

export function CreateWebhook({ onClose }: { onClose: () => void }) {
  const creating = useCreateWebhook();
  const made = creating.data;
  if (made) {
    const leave = () => {
      onClose();
      goTo(linkTo(`webhooks/${made.webhook_id}`));
    };
    return <ShowSecret title="The new webhook's secret" secret={made.secret} onClose={leave} />;
  }
  return (
    <Dialog title="New webhook" onClose={onClose}>
      <WebhookForm
        from={EMPTY}
        action="Make the webhook"
        isBusy={creating.isPending}
        error={creating.error}
        onSubmit={(draft) => creating.mutate({ ...draft, enabled: true })}
        onCancel={onClose}
      />
    </Dialog>
  );
}
