/** What can be done with a webhook. */

import { KeyRound, Pencil, Power, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { goTo, linkTo } from "../app/route";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialogs";
import { Fault } from "../ui/states";
import { say } from "../ui/toasts";
import { EditWebhook } from "./EditWebhook";
import { RotateSecret } from "./RotateSecret";
import { useChangeWebhook, useDeleteWebhook, type useTestCall, type Webhook } from "./webhooks";

interface WebhookActionsProps {
  webhook: Webhook;
  testing: ReturnType<typeof useTestCall>;
}

type Open = "edit" | "disable" | "rotate" | "delete" | null;

export function WebhookActions({ webhook, testing }: WebhookActionsProps) {
  const [open, setOpen] = useState<Open>(null);
  const enabling = useChangeWebhook(webhook.webhook_id);
  const close = () => setOpen(null);
  const enable = () =>
    enabling.mutate({ enabled: true }, { onSuccess: () => say("The webhook is enabled.") });
  return (
    <>
      <div className="row tight">
        <Button
          kind="primary"
          icon={<Send size={16} aria-hidden />}
          isBusy={testing.isPending}
          onClick={() => testing.mutate()}
        >
          Send a test
        </Button>
        <Button icon={<Pencil size={16} aria-hidden />} onClick={() => setOpen("edit")}>
          Edit
        </Button>
        <Button
          icon={<Power size={16} aria-hidden />}
          isBusy={enabling.isPending}
          onClick={() => (webhook.enabled ? setOpen("disable") : enable())}
        >
          {webhook.enabled ? "Disable" : "Enable"}
        </Button>
        <Button icon={<KeyRound size={16} aria-hidden />} onClick={() => setOpen("rotate")}>
          Rotate the secret
        </Button>
        <Button
          kind="danger"
          icon={<Trash2 size={16} aria-hidden />}
          onClick={() => setOpen("delete")}
        >
          Delete
        </Button>
      </div>
      {enabling.error && <Fault error={enabling.error} retry={enable} />}
      {open === "edit" && <EditWebhook webhook={webhook} onClose={close} />}
      {open === "rotate" && <RotateSecret webhook={webhook} onClose={close} />}
      {open === "disable" && <Disable webhook={webhook} onClose={close} />}
      {open === "delete" && <Delete webhook={webhook} onClose={close} />}
    </>
  );
}

interface QuestionProps {
  webhook: Webhook;
  onClose: () => void;
}

function Disable({ webhook, onClose }: QuestionProps) {
  const disabling = useChangeWebhook(webhook.webhook_id);
  const done = () => {
    say("The webhook is disabled.");
    onClose();
  };
  return (
    <Confirm
      title="Disable the webhook?"
      action="Disable it"
      isBusy={disabling.isPending}
      error={disabling.error}
      onConfirm={() => disabling.mutate({ enabled: false }, { onSuccess: done })}
      onClose={onClose}
    >
      <p>
        Nothing is sent to it until it is enabled again. Deliveries on their way are cancelled; they
        and what happens meanwhile can be replayed then.
      </p>
    </Confirm>
  );
}

function Delete({ webhook, onClose }: QuestionProps) {
  const deleting = useDeleteWebhook(() => {
    say("The webhook is deleted.");
    goTo(linkTo("webhooks"), { replace: true });
  });
  return (
    <Confirm
      title="Delete the webhook?"
      action="Delete it"
      isBusy={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate(webhook.webhook_id)}
      onClose={onClose}
    >
      <p>Nothing is sent to it any more, its secret ends, and its log is gone.</p>
    </Confirm>
  );
}
