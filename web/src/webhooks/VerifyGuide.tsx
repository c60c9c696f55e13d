/** How a receiver verifies a message, using a Standard Webhooks library. */

import style from "./webhooks.module.css";

const PYTHON = `# pip install standardwebhooks
import os
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])

def receive(body: bytes, headers: dict[str, str]) -> int:
    try:
        message = webhook.verify(body, headers)
    except WebhookVerificationError:
        return 400
    print(message["type"], message["data"])
    return 204`;

const JAVASCRIPT = `// npm install standardwebhooks
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

function receive(body, headers) {
  try {
    const message = webhook.verify(body, headers);
    console.log(message.type, message.data);
    return 204;
  } catch {
    return 400;
  }
}`;

export function VerifyGuide() {
  return (
    <div className="stack tight">
      <p className="small soft">
        Pass the raw body and the headers. Respond with a status from 200 to 299 within 15 seconds.
        A message can arrive more than once, always with the same <code>webhook-id</code>.
      </p>
      <Snippet name="Python" text={PYTHON} isOpen />
      <Snippet name="JavaScript" text={JAVASCRIPT} />
    </div>
  );
}

function Snippet({ name, text, isOpen }: { name: string; text: string; isOpen?: boolean }) {
  return (
    <details open={isOpen}>
      <summary>{name}</summary>
      <pre className={style.code} tabIndex={0} aria-label={`${name}: verify a message`}>
        {text}
      </pre>
    </details>
  );
}
