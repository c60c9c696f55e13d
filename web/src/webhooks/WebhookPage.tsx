/** A webhook: its state, settings, test and delivery log. */

import { ArrowLeft } from "lucide-react";
import { linkTo } from "../app/route";
import { ButtonLink } from "../ui/controls";
import { Time } from "../ui/format";
import { ErrorNotice, Loading, ViewHead } from "../ui/states";
import { DeliveryDrawer } from "./DeliveryDrawer";
import { DeliveryLog } from "./DeliveryLog";
import { isDeliveryStatus } from "./deliveries";
import { describeEvents } from "./events";
import { TestResult } from "./TestResult";
import { VerifyGuide } from "./VerifyGuide";
import { WebhookActions } from "./WebhookActions";
import { StateBadge, StateNotice } from "./WebhookState";
import { retryIfTransient, useTestCall, useWebhook, type Webhook } from "./webhooks";
import style from "./webhooks.module.css";

interface WebhookPageProps {
  webhookId: string;
  /** `status` filters the log; `delivery` names the open delivery. */
  parameters: URLSearchParams;
}

export function WebhookPage({ webhookId, parameters }: WebhookPageProps) {
  const { data: webhook, error, refetch } = useWebhook(webhookId);
  const testing = useTestCall(webhookId);
  if (!webhook) {
    return (
      <div className="stack">
        <ViewHead title="Webhook">
          <ButtonLink href={linkTo("webhooks")}>All webhooks</ButtonLink>
        </ViewHead>
        {error ? (
          <ErrorNotice error={error} retry={retryIfTransient(error, refetch)} />
        ) : (
          <Loading />
        )}
      </div>
    );
  }
  const status = parameters.get("status");
  const deliveryId = parameters.get("delivery");
  return (
    <div className="stack">
      <a href={linkTo("webhooks")} className={style.back}>
        <ArrowLeft size={16} aria-hidden /> All webhooks
      </a>
      <h1 className={style.url}>
        {webhook.url} <StateBadge webhook={webhook} />
      </h1>
      <WebhookActions webhook={webhook} testing={testing} />
      <StateNotice webhook={webhook} />
      <TestResult testing={testing} />
      <WebhookDetails webhook={webhook} />
      <DeliveryLog webhook={webhook} status={isDeliveryStatus(status) ? status : undefined} />
      {deliveryId && <DeliveryDrawer key={deliveryId} {...{ webhookId, deliveryId, parameters }} />}
    </div>
  );
}

function WebhookDetails({ webhook }: { webhook: Webhook }) {
  return (
    <section className="card stack" aria-label="Webhook details">
      <dl className={style.details}>
        {webhook.description && (
          <>
            <dt>Description</dt>
            <dd>{webhook.description}</dd>
          </>
        )}
        <dt>Events</dt>
        <dd>{describeEvents(webhook.event_types)}</dd>
        <dt>Created</dt>
        <dd>
          <Time at={webhook.created_at} />
        </dd>
      </dl>
      <details>
        <summary>How to verify a message</summary>
        <VerifyGuide />
      </details>
    </section>
  );
}
