/** All webhooks: their URLs, events and states. */

import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { linkTo } from "../app/route";
import { Button } from "../ui/controls";
import { Time } from "../ui/format";
import { Facts, Rows, RowTitle } from "../ui/rows";
import { Empty, ErrorNotice, Loading, ViewHead } from "../ui/states";
import { CreateWebhook } from "./CreateWebhook";
import { describeEvents } from "./events";
import { StateBadge } from "./WebhookState";
import { useWebhooks, type Webhook } from "./webhooks";

export function WebhookList() {
  const [isCreating, setCreating] = useState(false);
  return (
    <div className="stack">
      <ViewHead title="Webhooks">
        <Button
          kind="primary"
          icon={<Plus size={17} aria-hidden />}
          onClick={() => setCreating(true)}
        >
          New webhook
        </Button>
      </ViewHead>
      <Webhooks />
      {isCreating && <CreateWebhook onClose={() => setCreating(false)} />}
    </div>
  );
}

function Webhooks() {
  const { data, error, refetch } = useWebhooks();
  if (!data) return error ? <ErrorNotice error={error} retry={() => refetch()} /> : <Loading />;
  if (data.items.length === 0) {
    return (
      <div className="card">
        <Empty icon={<WebhookIcon size={36} aria-hidden />} title="No webhooks yet">
          <p>
            A webhook sends a signed message to your URL when an import or bulk delete finishes.
            Failed deliveries are retried.
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <Rows label="Webhooks">
      {data.items.map((webhook) => (
        <WebhookRow key={webhook.webhook_id} webhook={webhook} />
      ))}
    </Rows>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { disabled, failing_since, description } = webhook;
  return (
    <li className="stack tight">
      <RowTitle>
        <a href={linkTo(`webhooks/${webhook.webhook_id}`)}>{webhook.url}</a>
        <StateBadge webhook={webhook} />
      </RowTitle>
      {description && <div>{description}</div>}
      {disabled && <div>{disabled.message}</div>}
      <Facts>
        <span>Events: {describeEvents(webhook.event_types)}</span>
        {failing_since && (
          <span>
            Failing since <Time at={failing_since} />
          </span>
        )}
        <span>
          Created <Time at={webhook.created_at} />
        </span>
      </Facts>
    </li>
  );
}
