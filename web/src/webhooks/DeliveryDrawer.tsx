/** A delivery: its message and every attempt. */

import { goTo, linkTo } from "../app/route";
import { Dialog } from "../ui/dialogs";
import { Time } from "../ui/format";
import { Badge, ErrorNotice, Loading } from "../ui/states";
import { describeResponse, Progress, StatusBadge } from "./DeliveryRow";
import { type Attempt, useDelivery } from "./deliveries";
import { ReplayButton } from "./ReplayButton";
import { TextBlock } from "./TestResult";
import { retryIfTransient } from "./webhooks";
import style from "./webhooks.module.css";

interface DeliveryDrawerProps {
  webhookId: string;
  deliveryId: string;
  /** The address's parameters. */
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
      {!delivery &&
        (error ? (
          <ErrorNotice error={error} retry={retryIfTransient(error, refetch)} />
        ) : (
          <Loading />
        ))}
      {delivery && (
        <>
          <div className="row spread">
            <StatusBadge status={delivery.status} />
            {delivery.status !== "PENDING" && <ReplayButton delivery={delivery} />}
          </div>
          <Progress delivery={delivery} />
          <h3>Attempts</h3>
          {delivery.log.length === 0 && <p className="soft">No attempts yet.</p>}
          <ol className={style.attempts}>
            {delivery.log.map((attempt) => (
              <AttemptItem key={attempt.number} attempt={attempt} />
            ))}
          </ol>
          {delivery.payload && <TextBlock title="Message" text={indent(delivery.payload)} />}
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
        <Badge tone={attempt.code === "ok" ? "good" : "bad"}>{describeResponse(attempt)}</Badge>
        <span className="small soft">
          <Time at={attempt.attempted_at} />
        </span>
      </div>
      {attempt.message && <span>{attempt.message}</span>}
      {attempt.response_body && (
        <pre className={style.code} tabIndex={0} aria-label="Start of the response body">
          {attempt.response_body}
        </pre>
      )}
    </li>
  );
}

/** Indent a payload for reading; it is sent without white space. */
function indent(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
