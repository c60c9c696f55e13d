/** The list of webhooks, or the webhook in the address. */

import type { ViewProps } from "../app/route";
import { WebhookList } from "./WebhookList";
import { WebhookPage } from "./WebhookPage";

export default function WebhooksView({ route }: ViewProps) {
  const webhookId = route.path[1];
  if (!webhookId) return <WebhookList />;
  return <WebhookPage key={webhookId} webhookId={webhookId} parameters={route.parameters} />;
}
