/** How the file was read, for those who ask why its products are as they are. */

import type { ImportJob } from "../../jobs/job";
import style from "./job.module.css";
import { describeColumns, describeOptions } from "./reading";

export function HowItWasRead({ job }: { job: ImportJob }) {
  if (!job.detected) return null;
  return (
    <details className="card">
      <summary>How the file was read</summary>
      <Facts of={describeColumns(job)} label="What each column became" />
      <Facts of={describeOptions(job)} label="Options" />
    </details>
  );
}

function Facts({ of: facts, label }: { of: [string, string][]; label: string }) {
  return (
    <section>
      <h3 className={style.facts_head}>{label}</h3>
      <dl className={style.facts}>
        {facts.map(([name, words]) => (
          <div key={`${name} ${words}`}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
