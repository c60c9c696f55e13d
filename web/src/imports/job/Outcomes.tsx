/** What became of the records: a bar of the outcomes, growing while they are worked on. */

import type { ImportJob } from "../../jobs/job";
import { formatCount, formatPart } from "../../ui/format";
import style from "./job.module.css";

type Counts = ImportJob["counts"];

const OUTCOMES: [keyof Counts, string, string][] = [
  ["created", "Created", "new products"],
  ["updated", "Updated", "products that changed"],
  ["unchanged", "Unchanged", "products that were the same already"],
  ["duplicate", "Duplicate", "a later record had the same SKU"],
  ["rejected", "Rejected", "something is wrong with them"],
];

export function Outcomes({ job: { counts, progress } }: { job: ImportJob }) {
  const total = progress.records_total ?? 0;
  const told = OUTCOMES.map(([outcome, name]) => `${formatCount(counts[outcome])} ${name}`);
  return (
    <section className="stack" aria-label="Outcomes">
      <div className={style.chart} role="img" aria-label={`Records: ${told.join(", ")}`}>
        {OUTCOMES.map(([outcome]) => (
          <div
            key={outcome}
            data-outcome={outcome}
            style={{ flexGrow: total ? counts[outcome] / total : 0 }}
            className={counts[outcome] ? undefined : style.none}
          />
        ))}
      </div>
      <ul className={style.legend}>
        {OUTCOMES.map(([outcome, name, meaning]) => (
          <li key={outcome} data-outcome={outcome}>
            <span className={style.outcome}>{name}</span>
            <strong>{formatCount(counts[outcome])}</strong>
            <span className="soft small">
              {total > 0 && counts[outcome] > 0 && `${formatPart(counts[outcome] / total)} · `}
              {meaning}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
