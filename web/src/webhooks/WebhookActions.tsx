/** The actions of a webhook. */

import { KeyRound, Pencil, Power, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { goTo, linkTo } from "../app/route";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialogs";
import { ErrorNotice } from "../ui/states";
import { showToast } from "../ui/toasts";
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
    enabling.mutate({ enabled: true }, { onSuccess: () => showToast("Webhook enabled.") });
  return (
    <>
      <div className="row tight">
        <Button
          kind="primary"
          icon={<Send size={16} aria-hidden />}
          isBusy={testing.isPending}
          onClick={() => testing.mutate()}
        >
          Send test
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
          Rotate secret
        </Button>
        <Button
          kind="danger"
          icon={<Trash2 size={16} aria-hidden />}
          onClick={() => setOpen("delete")}
        >
          Delete
        </Button>
      </div>
      {enabling.error && <ErrorNotice error={enabling.error} retry={enable} />}
      {open === "edit" && <EditWebhook webhook={webhook} onClose={close} />}
      {open === "rotate" && <RotateSecret webhook={webhook} onClose={close} />}
      {open === "disable" && <DisableDialog webhook={webhook} onClose={close} />}
      {open === "delete" && <DeleteDialog webhook={webhook} onClose={close} />}
    </>
  );
}

interface DialogProps {
  webhook: Webhook;
  onClose: () => void;
}

function DisableDialog({ webhook, onClose }: DialogProps) {
  const disabling = useChangeWebhook(webhook.webhook_id);
  const done = () => {
    showToast("Webhook disabled.");
    onClose();
  };
  return (
    <Confirm
      title="Disable webhook?"
      action="Disable webhook"
      isBusy={disabling.isPending}
      error={disabling.error}
      onConfirm={() => disabling.mutate({ enabled: false }, { onSuccess: done })}
      onClose={onClose}
    >
      <p>
        The webhook receives nothing until you enable it again. Pending deliveries are cancelled.
        You can replay them, and the events missed meanwhile, later.
      </p>
    </Confirm>
  );
}

function DeleteDialog({ webhook, onClose }: DialogProps) {
  const deleting = useDeleteWebhook(() => {
    showToast("Webhook deleted.");
    goTo(linkTo("webhooks"), { replace: true });
  });
  return (
    <Confirm
      title="Delete webhook?"
      action="Delete webhook"
      isBusy={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate(webhook.webhook_id)}
      onClose={onClose}
    >
      <p>The webhook, its secret and its delivery log are deleted. You can't undo this.</p>
    </Confirm>
  );
}
