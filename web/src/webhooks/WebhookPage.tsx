/** One webhook: what it is sent, how it does, a test of it, its log. */

import { ArrowLeft } from "lucide-react";
import { linkTo } from "../app/route";
import { ButtonLink } from "../ui/controls";
import { Time } from "../ui/format";
import { Fault, Loading, ViewHead } from "../ui/states";
import { DeliveryDrawer } from "./DeliveryDrawer";
import { DeliveryLog } from "./DeliveryLog";
import { isDeliveryStatus } from "./deliveries";
import { nameChosen } from "./events";
import { HowToVerify } from "./HowToVerify";
import { StateBadge, StateNotice } from "./State";
import { TestResult } from "./TestResult";
import { WebhookActions } from "./WebhookActions";
import { retryOf, useTestCall, useWebhook, type Webhook } from "./webhooks";
import style from "./webhooks.module.css";

interface WebhookPageProps {
  webhookId: string;
  /** `status` filters the log, `delivery` is open. */
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
        {error ? <Fault error={error} retry={retryOf(error, refetch)} /> : <Loading />}
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
      <About webhook={webhook} />
      <DeliveryLog webhook={webhook} status={isDeliveryStatus(status) ? status : undefined} />
      {deliveryId && <DeliveryDrawer key={deliveryId} {...{ webhookId, deliveryId, parameters }} />}
    </div>
  );
}

function About({ webhook }: { webhook: Webhook }) {
  return (
    <section className="card stack" aria-label="About the webhook">
      <dl className={style.about}>
        {webhook.description && (
          <>
            <dt>For</dt>
            <dd>{webhook.description}</dd>
          </>
        )}
        <dt>Is sent</dt>
        <dd>{nameChosen(webhook.event_types)}</dd>
        <dt>Made</dt>
        <dd>
          <Time at={webhook.created_at} />
        </dd>
      </dl>
      <details>
        <summary>How to verify a message</summary>
        <HowToVerify />
      </details>
    </section>
  );
}
