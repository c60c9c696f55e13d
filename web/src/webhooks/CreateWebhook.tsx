/** Creates a webhook, then shows its secret once. */

import { goTo, linkTo } from "../app/route";
import { Dialog } from "../ui/dialogs";
import type { Draft } from "./draft";
import { ALL } from "./events";
import { ShowSecret } from "./ShowSecret";
import { WebhookForm } from "./WebhookForm";
import { useCreateWebhook } from "./webhooks";

const EMPTY: Draft = { url: "", event_types: [ALL], description: "" };

export function CreateWebhook({ onClose }: { onClose: () => void }) {
  const creating = useCreateWebhook();
  const created = creating.data;
  if (created) {
    const leave = () => {
      onClose();
      goTo(linkTo(`webhooks/${created.webhook_id}`));
    };
    return <ShowSecret title="Webhook secret" secret={created.secret} onClose={leave} />;
  }
  const close = () => creating.isPending || onClose(); // otherwise the secret would never be shown
  return (
    <Dialog title="New webhook" onClose={close}>
      <WebhookForm
        from={EMPTY}
        action="Create webhook"
        isBusy={creating.isPending}
        error={creating.error}
        onSubmit={(draft) => creating.mutate({ ...draft, enabled: true })}
        onCancel={close}
      />
    </Dialog>
  );
}
