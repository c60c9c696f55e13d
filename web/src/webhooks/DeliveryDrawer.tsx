/** One delivery: its message, and every attempt to deliver it. */

import { goTo, linkTo } from "../app/route";
import { Dialog } from "../ui/dialogs";
import { Time } from "../ui/format";
import { Badge, Fault, Loading } from "../ui/states";
import { nameAnswer, Progress, StatusBadge } from "./DeliveryRow";
import { type Attempt, useDelivery } from "./deliveries";
import { ReplayButton } from "./ReplayButton";
import { Part } from "./TestResult";
import { retryOf } from "./webhooks";
import style from "./webhooks.module.css";

interface DeliveryDrawerProps {
  webhookId: string;
  deliveryId: string;
  /** What else stands in the address. */
  parameters: URLSearchParams;
}

export function DeliveryDrawer({ webhookId, deliveryId, parameters }: DeliveryDrawerProps) {
  const { data: delivery, error, refetch } = useDelivery(deliveryId);
  const close = () => {
    const rest = new URLSearchParams(parameters);
    rest.delete("delivery");
    goTo(linkTo(`webhooks/${webhookId}`, rest), { replace: true });
  };
  return (
    <Dialog title={delivery?.event_type ?? "Delivery"} onClose={close} isDrawer>
      {!delivery && (error ? <Fault error={error} retry={retryOf(error, refetch)} /> : <Loading />)}
      {delivery && (
        <>
          <div className="row spread">
            <StatusBadge status={delivery.status} />
            {delivery.status !== "PENDING" && <ReplayButton delivery={delivery} />}
          </div>
          <Progress delivery={delivery} />
          <h3>Attempts</h3>
          {delivery.log.length === 0 && <p className="soft">None yet.</p>}
          <ol className={style.attempts}>
            {delivery.log.map((attempt) => (
              <AttemptItem key={attempt.number} attempt={attempt} />
            ))}
          </ol>
          {delivery.payload && <Part title="Message" text={indent(delivery.payload)} />}
          <p className="small soft">
            Message <code>{delivery.message_id}</code>
          </p>
        </>
      )}
    </Dialog>
  );
}

function AttemptItem({ attempt }: { attempt: Attempt }) {
  return (
    <li className="stack tight">
      <div className="row tight">
        <strong>{attempt.number}</strong>
        <Badge tone={attempt.code === "ok" ? "good" : "bad"}>{nameAnswer(attempt)}</Badge>
        <span className="small soft">
          <Time at={attempt.attempted_at} />
        </span>
      </div>
      {attempt.message && <span>{attempt.message}</span>}
      {attempt.response_body && (
        <pre className={style.code} tabIndex={0} aria-label="The start of the answer's body">
          {attempt.response_body}
        </pre>
      )}
    </li>
  );
}

/** Lay a payload out for reading; the bytes that were sent have no space in them. */
function indent(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
