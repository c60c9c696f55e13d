/** The receiver's response to a test event. */

import type { Schema } from "../api/client";
import { ErrorNotice, Loading, Notice } from "../ui/states";
import { formatDuration } from "./times";
import type { useTestCall } from "./webhooks";
import style from "./webhooks.module.css";

type CallResult = Schema["CallResult"];

export function TestResult({ testing }: { testing: ReturnType<typeof useTestCall> }) {
  if (testing.isIdle) return null;
  return (
    <section className="card stack" aria-labelledby="test">
      <h2 id="test">Test</h2>
      {testing.isPending && <Loading>Waiting up to 15 seconds for a response…</Loading>}
      {testing.error && <ErrorNotice error={testing.error} retry={() => testing.mutate()} />}
      {testing.data && <ResponseDetails result={testing.data} />}
    </section>
  );
}

function ResponseDetails({ result }: { result: CallResult }) {
  const time = formatDuration(result.duration_ms);
  const headers = Object.entries(result.headers);
  const summary =
    result.status_code === null
      ? `No response after ${time}.`
      : `${result.status_code} in ${time}.`;
  return (
    <>
      <Notice tone={result.code === "ok" ? "good" : "bad"} title={summary}>
        {result.message}
        {result.code !== "ok" && <code className="small soft"> {result.code}</code>}
      </Notice>
      {result.body && (
        <TextBlock title={result.is_truncated ? "Start of the body" : "Body"} text={result.body} />
      )}
      {headers.length > 0 && (
        <details>
          <summary>Headers ({headers.length})</summary>
          <dl className={style.headers}>
            {headers.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      <p className="small soft">
        Sent a signed <code>webhook.test</code> event, message <code>{result.message_id}</code>.
        Tests don't appear in the log.
      </p>
    </>
  );
}

/** A preformatted text with a title. */
export function TextBlock({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <h3>{title}</h3>
      <pre className={style.code} tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </div>
  );
}
