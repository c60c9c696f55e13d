/** How a receiver knows that a message is ours: by the libraries of Standard Webhooks. */

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

export function HowToVerify() {
  return (
    <div className="stack tight">
      <p className="small soft">
        Give it the body as it came, before any parsing, and the headers. Answer with a status of
        200 to 299 within 15 seconds. A message may come twice: its <code>webhook-id</code> is then
        the same.
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
