/** The choice between all fields and some of them. */

import { Checkbox, Field } from "../../ui/controls";
import style from "../form.module.css";
import {
  attributesProblem,
  chosenFields,
  type ExportDraft,
  hasAttributes,
  listFields,
} from "./request";

interface Props {
  draft: ExportDraft;
  onChange: (changed: Partial<ExportDraft>) => void;
}

export function FieldChoice({ draft, onChange }: Props) {
  const fields = listFields(draft.format);
  const chosen = draft.fields;
  const toggle = (name: string, isChosen: boolean) => {
    const others = (chosen ?? []).filter((other) => other !== name);
    onChange({ fields: isChosen ? [...others, name] : others });
  };
  return (
    <fieldset className={style.selection}>
      <legend>Fields</legend>
      <label className={style.option}>
        <input
          type="radio"
          name="fields"
          checked={chosen === null}
          onChange={() => onChange({ fields: null })}
        />
        <span>All fields</span>
      </label>
      <label className={style.option}>
        <input
          type="radio"
          name="fields"
          checked={chosen !== null}
          onChange={() => onChange({ fields: fields.map(([name]) => name) })}
        />
        <span>Selected fields</span>
      </label>
      {chosen && (
        <div className={style.checks}>
          {fields.map(([name, label]) => (
            <Checkbox
              key={name}
              label={label}
              checked={chosen.includes(name)}
              onChange={(isChosen) => toggle(name, isChosen)}
            />
          ))}
        </div>
      )}
      {hasAttributes(draft) && (
        <Field
          label="Only these attributes"
          hint="Optional. One name in each line."
          error={attributesProblem(draft)}
        >
          <textarea
            rows={2}
            className={style.growing}
            value={draft.attributes}
            onChange={({ target }) => onChange({ attributes: target.value })}
          />
        </Field>
      )}
      {chosenFields(draft)?.length === 0 && (
        <span className="soft small">Select at least one field.</span>
      )}
    </fieldset>
  );
}
