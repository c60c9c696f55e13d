/** The state of a webhook: enabled, failing or disabled. */

import { Time } from "../ui/format";
import { Badge, Notice } from "../ui/states";
import type { Webhook } from "./webhooks";

export function StateBadge({ webhook: { enabled, disabled, failing_since } }: StateProps) {
  if (!enabled) return <Badge tone={disabled ? "bad" : undefined}>Disabled</Badge>;
  return failing_since ? <Badge tone="warn">Failing</Badge> : <Badge tone="good">Enabled</Badge>;
}

interface StateProps {
  webhook: Webhook;
}

/** Explains a disabled or failing webhook; renders nothing otherwise. */
export function StateNotice({ webhook: { enabled, disabled, failing_since } }: StateProps) {
  if (!enabled) {
    return (
      <Notice
        tone={disabled ? "bad" : "info"}
        title="This webhook is disabled and receives no events."
      >
        {disabled?.message}
      </Notice>
    );
  }
  if (!failing_since) return null;
  return (
    <Notice tone="warn">
      No attempt has succeeded since <Time at={failing_since} />. Send a test to see why. The
      webhook is disabled after 5 days without a successful attempt.
    </Notice>
  );
}
