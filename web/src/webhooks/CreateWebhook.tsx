/** Makes a webhook, then shows its secret once. */

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
  const made = creating.data;
  if (made) {
    const leave = () => {
      onClose();
      goTo(linkTo(`webhooks/${made.webhook_id}`));
    };
    return <ShowSecret title="The new webhook's secret" secret={made.secret} onClose={leave} />;
  }
  const close = () => creating.isPending || onClose(); // the secret would never be seen
  return (
    <Dialog title="New webhook" onClose={close}>
      <WebhookForm
        from={EMPTY}
        action="Make the webhook"
        isBusy={creating.isPending}
        error={creating.error}
        onSubmit={(draft) => creating.mutate({ ...draft, enabled: true })}
        onCancel={close}
      />
    </Dialog>
  );
}
