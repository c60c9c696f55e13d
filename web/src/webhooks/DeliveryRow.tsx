/** A delivery in the log. */

import { linkTo } from "../app/route";
import { formatCount, Time } from "../ui/format";
import { Facts, RowTitle } from "../ui/rows";
import { Badge, type Tone } from "../ui/states";
import { type Attempt, type Delivery, type DeliveryStatus, STATUSES } from "./deliveries";
import { ReplayButton } from "./ReplayButton";
import { formatDuration } from "./times";

const TONES: Record<DeliveryStatus, Tone | undefined> = {
  PENDING: "info",
  DELIVERED: "good",
  FAILED: "bad",
  CANCELLED: undefined,
};

const REASONS: Record<NonNullable<Delivery["cancel_reason"]>, string> = {
  webhook_disabled: "Webhook disabled",
  webhook_deleted: "Webhook deleted",
  message_expired: "Message expired",
};

interface DeliveryRowProps {
  delivery: Delivery;
  /** The filter of the log. */
  status?: DeliveryStatus;
}

export function DeliveryRow({ delivery, status }: DeliveryRowProps) {
  const open = { delivery: delivery.delivery_id, ...(status && { status }) };
  return (
    <li className="row">
      <div className="grow stack tight">
        <RowTitle>
          <a href={linkTo(`webhooks/${delivery.webhook_id}`, open)}>{delivery.event_type}</a>
          <StatusBadge status={delivery.status} />
        </RowTitle>
        <Progress delivery={delivery} />
      </div>
      {delivery.status !== "PENDING" && <ReplayButton delivery={delivery} />}
    </li>
  );
}

export function StatusBadge({ status }: { status: DeliveryStatus }) {
  return <Badge tone={TONES[status]}>{STATUSES[status]}</Badge>;
}

/** A delivery's start, last attempt and next attempt. */
export function Progress({ delivery }: { delivery: Delivery }) {
  const { attempts, last_attempt, next_attempt_at, cancel_reason } = delivery;
  return (
    <Facts>
      <Time at={delivery.created_at} />
      <span>{attempts === 1 ? "1 attempt" : `${formatCount(attempts)} attempts`}</span>
      {cancel_reason && <span>{REASONS[cancel_reason]}</span>}
      {last_attempt && <span>Last response: {describeResponse(last_attempt)}</span>}
      {next_attempt_at && (
        <span>
          Next attempt <Time at={next_attempt_at} isRelative />
        </span>
      )}
    </Facts>
  );
}

/** Summarize an attempt: "204 in 84 ms", "timeout after 15 s". */
export function describeResponse(attempt: Attempt): string {
  const time = formatDuration(attempt.duration_ms);
  if (attempt.response_status === null) return `${attempt.code} after ${time}`;
  return `${attempt.response_status} in ${time}`;
}
