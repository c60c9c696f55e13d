/** The outcomes of the records as a chart, updated while the import runs. */

import type { ImportJob } from "../../jobs/job";
import { formatCount, formatShare } from "../../ui/format";
import style from "./job.module.css";

type Counts = ImportJob["counts"];
type Outcome = Exclude<keyof Counts, "missing">; // missing products aren't records

const OUTCOMES: [Outcome, string, string][] = [
  ["created", "Created", "new products"],
  ["updated", "Updated", "products changed"],
  ["unchanged", "Unchanged", "products already identical"],
  ["duplicate", "Duplicate", "superseded by a later record"],
  ["skipped", "Skipped", "records left out on purpose"],
  ["rejected", "Rejected", "records with errors"],
];

interface Props {
  counts: Counts;
  /** How many records the file has. */
  total: number;
}

export function Outcomes({ counts, total }: Props) {
  const labels = OUTCOMES.map(([outcome, name]) => `${formatCount(counts[outcome])} ${name}`);
  return (
    <section className="stack" aria-label="Outcomes">
      <div className={style.chart} role="img" aria-label={`Records: ${labels.join(", ")}`}>
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
              {total > 0 && counts[outcome] > 0 && `${formatShare(counts[outcome] / total)} · `}
              {meaning}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
