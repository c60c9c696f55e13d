/** How a webhook does: whether events are sent to it, and whether they arrive. */

import { Time } from "../ui/format";
import { Badge, Notice } from "../ui/states";
import type { Webhook } from "./webhooks";

export function StateBadge({ webhook: { enabled, disabled, failing_since } }: StateProps) {
  if (!enabled) return <Badge tone={disabled ? "bad" : undefined}>disabled</Badge>;
  return failing_since ? <Badge tone="warn">failing</Badge> : <Badge tone="good">enabled</Badge>;
}

interface StateProps {
  webhook: Webhook;
}

/** What is wrong with it, and what to do; nothing where it is well. */
export function StateNotice({ webhook: { enabled, disabled, failing_since } }: StateProps) {
  if (!enabled) {
    return (
      <Notice tone={disabled ? "bad" : "info"} title="It is disabled: nothing is sent to it.">
        {disabled?.message}
      </Notice>
    );
  }
  if (!failing_since) return null;
  return (
    <Notice tone="warn">
      No attempt has succeeded since <Time at={failing_since} />. Send a test to see why. After 5
      days without success it is disabled.
    </Notice>
  );
}
