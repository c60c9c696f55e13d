/** What the receiver answered to a test call. */

import type { Schema } from "../api/client";
import { Fault, Loading, Notice } from "../ui/states";
import { formatDuration } from "./times";
import type { useTestCall } from "./webhooks";
import style from "./webhooks.module.css";

type CallResult = Schema["CallResult"];

export function TestResult({ testing }: { testing: ReturnType<typeof useTestCall> }) {
  if (testing.isIdle) return null;
  return (
    <section className="card stack" aria-labelledby="test">
      <h2 id="test">Test</h2>
      {testing.isPending && <Loading>The receiver has 15 seconds to answer…</Loading>}
      {testing.error && <Fault error={testing.error} retry={() => testing.mutate()} />}
      {testing.data && <Result result={testing.data} />}
    </section>
  );
}

function Result({ result }: { result: CallResult }) {
  const time = formatDuration(result.duration_ms);
  const headers = Object.entries(result.headers);
  const answer =
    result.status_code === null ? `No answer, after ${time}.` : `${result.status_code} in ${time}.`;
  return (
    <>
      <Notice tone={result.code === "ok" ? "good" : "bad"} title={answer}>
        {result.message}
        {result.code !== "ok" && <code className="small soft"> {result.code}</code>}
      </Notice>
      {result.body && (
        <Part title={result.is_truncated ? "The start of the body" : "Body"} text={result.body} />
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
        It was a signed <code>webhook.test</code>, message <code>{result.message_id}</code>. Tests
        are not in the log.
      </p>
    </>
  );
}

/** A text as it came, under its name. */
export function Part({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <h3>{title}</h3>
      <pre className={style.code} tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </div>
  );
}
