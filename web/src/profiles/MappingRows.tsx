/** The field of each column of a profile. */

import { Plus, X } from "lucide-react";
import { useState } from "react";
import { EditValues } from "../imports/choose/EditValues";
import { assignField, fieldOf, IGNORED, listFields } from "../imports/options";
import { Button, Choices, Field } from "../ui/controls";
import {
  DETECTED,
  detectField,
  forgetColumn,
  listColumns,
  type ProfileDraft,
  readChoice,
} from "./draft";
import style from "./profiles.module.css";

interface MappingRowsProps {
  draft: ProfileDraft;
  onChange: (draft: ProfileDraft) => void;
}

export function MappingRows({ draft, onChange }: MappingRowsProps) {
  const columns = listColumns(draft);
  return (
    <section className="card stack" aria-labelledby="profile-columns">
      <div>
        <h2 id="profile-columns">Columns</h2>
        <p className="soft small">
          The field of each column. A column that isn't listed is detected in each file.
        </p>
      </div>
      {columns.length > 0 && (
        <ul className={style.columns}>
          {columns.map((header) => (
            <MappingRow key={header} {...{ header, draft, onChange }} />
          ))}
        </ul>
      )}
      <AddColumn
        columns={columns}
        onAdd={(header) => onChange({ ...draft, header: [...draft.header, header] })}
      />
    </section>
  );
}

function MappingRow({ header, draft, onChange }: MappingRowsProps & { header: string }) {
  const { options } = draft;
  const assigned = header in options.mapping ? (options.mapping[header] ?? "") : DETECTED;
  const change = (text: string) => {
    const choice = readChoice(text);
    const changed = choice.isDetected
      ? detectField(options, header)
      : assignField(options, header, choice.field);
    onChange({ ...draft, options: changed });
  };
  const remove = () =>
    onChange({
      ...draft,
      header: draft.header.filter((name) => name !== header),
      options: forgetColumn(options, header),
    });
  return (
    <li>
      <span className={style.header}>{header}</span>
      <select
        aria-label={`Field for column ${header}`}
        value={assigned}
        onChange={({ target }) => change(target.value)}
      >
        <option value={DETECTED}>Detect</option>
        <Choices of={listFields(options)} />
        <option value="">{IGNORED}</option>
      </select>
      <EditValues
        header={header}
        field={fieldOf(options, header, "attributes")}
        effects={[]}
        options={options}
        onChange={(changed) => onChange({ ...draft, options: changed })}
      />
      <Button
        kind="quiet"
        icon={<X size={16} aria-hidden />}
        aria-label={`Remove column ${header}`}
        onClick={remove}
      />
    </li>
  );
}

function AddColumn({ columns, onAdd }: { columns: string[]; onAdd: (header: string) => void }) {
  const [name, setName] = useState("");
  const trimmed = name.trim();
  const isKnown = columns.includes(trimmed);
  const add = () => {
    if (!trimmed || isKnown) return;
    onAdd(trimmed);
    setName("");
  };
  return (
    <div className={style.add}>
      <Field label="New column" error={isKnown ? "This column is in the list." : undefined}>
        <input
          value={name}
          autoComplete="off"
          spellCheck={false}
          placeholder="Name in the header row"
          onChange={({ target }) => setName(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // would submit the form
            add();
          }}
        />
      </Field>
      <Button icon={<Plus size={16} aria-hidden />} onClick={add} disabled={!trimmed || isKnown}>
        Add column
      </Button>
    </div>
  );
}
