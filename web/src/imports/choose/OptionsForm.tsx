/** What most people leave as it is: blank cells, and how much may be wrong. */

import { Field } from "../../ui/controls";
import { type Blank, NO_BLANK, type Options, POLICIES, pick } from "../options";
import style from "./choose.module.css";

interface OptionsFormProps {
  options: Options;
  onChange: (options: Options) => void;
}

const MOST_REJECTS = 1e15; // as the API has it
const USUAL: [keyof Blank, string, string][] = [
  ["description", "Description", "empty"],
  ["price", "Price", "0"],
  ["quantity", "Quantity", "0"],
  ["active", "Active", "yes"],
];

export function OptionsForm({ options, onChange }: OptionsFormProps) {
  return (
    <details className={style.details}>
      <summary>More options</summary>
      <div className="stack">
        <fieldset className={style.fieldset}>
          <legend>When a cell is blank</legend>
          <div className={style.fields}>
            {USUAL.map(([field, name, usual]) => (
              <BlankField key={field} {...{ field, name, usual, options, onChange }} />
            ))}
          </div>
        </fieldset>
        <fieldset className={style.fieldset}>
          <legend>Stop when too much is wrong</legend>
          <p className="soft small">
            An import that stops has changed nothing. Without a limit, good records are imported and
            the others are shown to you.
          </p>
          <Limits options={options} onChange={onChange} />
        </fieldset>
      </div>
    </details>
  );
}

interface BlankFieldProps extends OptionsFormProps {
  field: keyof Blank;
  name: string;
  usual: string;
}

function BlankField({ field, name, usual, options, onChange }: BlankFieldProps) {
  const choices = POLICIES.filter(([policy]) => field !== "active" || policy !== "clear");
  return (
    <Field label={name}>
      <select
        value={options.blank[field] ?? "default"}
        onChange={({ target }) => {
          const policy = pick(choices, target.value);
          const chosen = { [field]: policy === "default" ? null : policy };
          onChange({ ...options, blank: { ...NO_BLANK, ...options.blank, ...chosen } });
        }}
      >
        {choices.map(([policy, words]) => (
          <option key={policy} value={policy}>
            {policy === "default" ? `${words}: ${usual}` : words}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Limits({ options, onChange }: OptionsFormProps) {
  const { max_rejects, max_reject_rate } = options;
  return (
    <div className={style.fields}>
      <Field label="Rejected records, at most">
        <input
          type="number"
          min={0}
          max={MOST_REJECTS}
          step={1}
          placeholder="No limit"
          value={max_rejects ?? ""}
          onChange={({ target }) => {
            const most = Math.min(MOST_REJECTS, Math.max(0, Math.trunc(+target.value)));
            onChange({ ...options, max_rejects: target.value === "" ? null : most });
          }}
        />
      </Field>
      <Field label="Percent rejected, at most">
        <input
          type="number"
          min={0}
          max={100}
          step="any"
          placeholder="No limit"
          value={max_reject_rate === null ? "" : +(max_reject_rate * 100).toPrecision(12)}
          onChange={({ target }) => {
            const rate = Math.min(1, Number(target.value) / 100);
            onChange({ ...options, max_reject_rate: rate > 0 ? rate : null });
          }}
        />
      </Field>
    </div>
  );
}
