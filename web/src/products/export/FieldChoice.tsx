/** The choice between all fields and some of them. */

import { Checkbox } from "../../ui/controls";
import style from "../form.module.css";
import { chosenFields, type ExportDraft, listFields } from "./request";

interface Props {
  draft: ExportDraft;
  /** Receives the chosen fields; null for all. */
  onChange: (fields: string[] | null) => void;
}

export function FieldChoice({ draft, onChange }: Props) {
  const fields = listFields(draft.format);
  const chosen = chosenFields(draft);
  const toggle = (name: string, isChosen: boolean) => {
    const others = (draft.fields ?? []).filter((other) => other !== name);
    onChange(isChosen ? [...others, name] : others);
  };
  return (
    <fieldset className={style.selection}>
      <legend>Fields</legend>
      <label className={style.option}>
        <input
          type="radio"
          name="fields"
          checked={chosen === null}
          onChange={() => onChange(null)}
        />
        <span>All fields</span>
      </label>
      <label className={style.option}>
        <input
          type="radio"
          name="fields"
          checked={chosen !== null}
          onChange={() => onChange(fields.map(([name]) => name))}
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
      {chosen?.length === 0 && <span className="soft small">Select at least one field.</span>}
    </fieldset>
  );
}
