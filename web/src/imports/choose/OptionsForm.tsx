/** The options that most imports leave at their defaults: blank cells and the error threshold. */

import { type ProductField, toText } from "../../products/fields";
import { Field } from "../../ui/controls";
import {
  BLANK_FIELDS,
  findChoice,
  OPTIONS,
  type Options,
  POLICIES,
  policyOf,
  setPolicy,
} from "../options";
import style from "./choose.module.css";
import { OptionField } from "./OptionField";

interface OptionsFormProps {
  options: Options;
  onChange: (options: Options) => void;
}

export function OptionsForm({ options, onChange }: OptionsFormProps) {
  return (
    <details className={style.details}>
      <summary>More options</summary>
      <div className="stack">
        <fieldset className={style.fieldset}>
          <legend>Blank cells</legend>
          <div className={style.fields}>
            {BLANK_FIELDS.map((field) => (
              <BlankField key={field.name} {...{ field, options, onChange }} />
            ))}
          </div>
        </fieldset>
        <fieldset className={style.fieldset}>
          <legend>Error threshold</legend>
          <p className="soft small">
            The import fails without changing anything when more records are rejected. Without a
            limit, valid records are imported and you can fix the rejected ones.
          </p>
          <div className={style.fields}>
            {OPTIONS.filter(({ group }) => group === "threshold").map((option) => (
              <OptionField key={option.name} {...{ option, options, onChange }} />
            ))}
          </div>
        </fieldset>
      </div>
    </details>
  );
}

function BlankField({ field, options, onChange }: OptionsFormProps & { field: ProductField }) {
  const choices = POLICIES.filter(([policy]) => field.blank.includes(policy));
  return (
    <Field label={field.label}>
      <select
        value={policyOf(options, field.name)}
        onChange={({ target }) =>
          onChange(setPolicy(options, field.name, findChoice(choices, target.value)))
        }
      >
        {choices.map(([policy, label]) => (
          <option key={policy} value={policy}>
            {policy === "default" ? `${label}: ${describeDefault(field)}` : label}
          </option>
        ))}
      </select>
    </Field>
  );
}

function describeDefault({ kind, default: value }: ProductField): string {
  if (kind === "boolean") return value ? "yes" : "no";
  return toText(value) || "blank";
}
