/** The delivery log of a webhook. */

import { History, Inbox } from "lucide-react";
import { useState } from "react";
import { goTo, linkTo } from "../app/route";
import { Button } from "../ui/controls";
import { More, Rows } from "../ui/rows";
import { Empty, ErrorNotice, Loading } from "../ui/states";
import { DeliveryRow } from "./DeliveryRow";
import { type DeliveryStatus, isDeliveryStatus, STATUSES, useDeliveries } from "./deliveries";
import { ReplayWindow } from "./ReplayWindow";
import type { Webhook } from "./webhooks";
import style from "./webhooks.module.css";

interface DeliveryLogProps {
  webhook: Webhook;
  status?: DeliveryStatus;
}

export function DeliveryLog({ webhook, status }: DeliveryLogProps) {
  const [isReplaying, setReplaying] = useState(false);
  return (
    <section className="stack" aria-labelledby="deliveries">
      <div className="row spread">
        <h2 id="deliveries">Deliveries</h2>
        <div className={`row tight ${style.tools}`}>
          <StatusFilter webhook={webhook} status={status} />
          <Button icon={<History size={16} aria-hidden />} onClick={() => setReplaying(true)}>
            Replay deliveries
          </Button>
        </div>
      </div>
      <DeliveryList webhook={webhook} status={status} />
      {isReplaying && <ReplayWindow webhook={webhook} onClose={() => setReplaying(false)} />}
    </section>
  );
}

function StatusFilter({ webhook, status }: DeliveryLogProps) {
  const filter = (text: string) =>
    goTo(linkTo(`webhooks/${webhook.webhook_id}`, isDeliveryStatus(text) ? { status: text } : {}), {
      replace: true,
    });
  return (
    <select
      aria-label="Delivery status"
      value={status ?? ""}
      onChange={(event) => filter(event.target.value)}
    >
      <option value="">All deliveries</option>
      {Object.entries(STATUSES).map(([name, words]) => (
        <option key={name} value={name}>
          {words}
        </option>
      ))}
    </select>
  );
}

function DeliveryList({ webhook, status }: DeliveryLogProps) {
  const found = useDeliveries(webhook.webhook_id, status);
  if (found.isPending) return <Loading />;
  if (!found.data) return <ErrorNotice error={found.error} retry={() => found.refetch()} />;
  const deliveries = found.data.pages.flatMap((page) => page.items);
  if (deliveries.length === 0) return <NoDeliveries status={status} />;
  return (
    <>
      <Rows label="Deliveries">
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.delivery_id} delivery={delivery} status={status} />
        ))}
      </Rows>
      <More {...found} />
    </>
  );
}

function NoDeliveries({ status }: { status?: DeliveryStatus }) {
  return (
    <div className="card">
      <Empty icon={<Inbox size={36} aria-hidden />} title="No deliveries">
        <p>
          {status
            ? `No ${STATUSES[status].toLowerCase()} deliveries.`
            : "The next matching event appears here. Send a test to try the webhook now."}
        </p>
      </Empty>
    </div>
  );
}
