/** The settings of an import: the fields of its columns and its options. */

import type { ImportJob } from "../../jobs/job";
import style from "./job.module.css";
import { describeColumns, describeOptions } from "./settings";

export function ImportSettings({ job }: { job: ImportJob }) {
  if (!job.detected) return null;
  return (
    <details className="card">
      <summary>Import settings</summary>
      <Facts of={describeColumns(job)} label="Columns" />
      <Facts of={describeOptions(job)} label="Options" />
    </details>
  );
}

function Facts({ of: facts, label }: { of: [string, string][]; label: string }) {
  return (
    <section>
      <h3 className={style.facts_head}>{label}</h3>
      <dl className={style.facts}>
        {facts.map(([name, value]) => (
          <div key={`${name} ${value}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
