/** Webhooks: all of them, or the one that the address names. */

import type { ViewProps } from "../app/App";
import { WebhookList } from "./WebhookList";
import { WebhookPage } from "./WebhookPage";

export default function WebhooksView({ route }: ViewProps) {
  const webhookId = route.path[1];
  if (!webhookId) return <WebhookList />;
  return <WebhookPage key={webhookId} webhookId={webhookId} parameters={route.parameters} />;
}
