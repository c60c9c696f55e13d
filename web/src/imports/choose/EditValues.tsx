/** Edits how the cells of a column are changed before they are read. */

import { PencilLine } from "lucide-react";
import { useState } from "react";
import { Button, Checkbox, Choices, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialogs";
import {
  CASES,
  type ColumnOptions,
  columnOf,
  describeColumn,
  NO_CHANGES,
  setColumn,
  TEXTS,
} from "../columnOptions";
import { type ColumnField, findChoice, type Options } from "../options";
import style from "./choose.module.css";
import { PairRows } from "./PairRows";
import { TextInput } from "./TextInput";

interface EditValuesProps {
  header: string;
  field: ColumnField;
  /** The first cells of the column, and what they become. */
  effects: Effect[];
  options: Options;
  onChange: (options: Options) => void;
}

export interface Effect {
  line: number;
  cell: string;
  value: string | undefined;
}

/** The button of a column, which says whether its values are changed, and its dialog. */
export function EditValues(props: EditValuesProps) {
  const { header, field, options } = props;
  const [isOpen, setOpen] = useState(false);
  const changes = describeColumn(columnOf(options, header));
  return (
    <>
      <button
        type="button"
        className={style.edit_values}
        title={changes.join("; ")}
        disabled={field === null}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <PencilLine size={14} aria-hidden />
        {changes.length ? "Values changed" : "Edit values"}
        <span className="hidden-visually"> of column {header}</span>
      </button>
      {isOpen && <EditDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Every change is applied at once, and shown in the preview. */
function EditDialog({ onClose, ...props }: EditValuesProps & { onClose: () => void }) {
  const { header, field, effects, options, onChange } = props;
  const column = columnOf(options, header);
  const change = (changed: Partial<ColumnOptions>) =>
    onChange(setColumn(options, header, { ...column, ...changed }));
  return (
    <Dialog title={`Values of ${header}`} onClose={onClose}>
      <p className="soft small">
        Cells are changed in this order before they are read. The file itself stays the same.
      </p>
      <PairRows
        legend="Value list"
        labels={["Cell", "Value"]}
        pairs={Object.entries(column.values)}
        onChange={(pairs) => change({ values: Object.fromEntries(pairs) })}
      />
      <PairRows
        legend="Replacements"
        labels={["Text", "Replacement"]}
        pairs={column.replace.map(({ find, with: put }) => [find, put])}
        onChange={(pairs) => change({ replace: pairs.map(([find, put]) => ({ find, with: put })) })}
      />
      <div className={style.fields}>
        {TEXTS.map(([name, label]) => (
          <Field key={name} label={label}>
            <TextInput
              value={column[name] ?? ""}
              maxLength={255}
              onCommit={(text) => change({ [name]: text })}
            />
          </Field>
        ))}
        <Field label="Case">
          <select
            value={column.case ?? ""}
            onChange={({ target }) => change({ case: findChoice(CASES, target.value) })}
          >
            <option value="">As in the file</option>
            <Choices of={CASES} />
          </select>
        </Field>
        <NumberFields {...{ field, column, change }} />
      </div>
      <Effects effects={effects} />
      <div className="row">
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
        <Button onClick={() => onChange(setColumn(options, header, NO_CHANGES))}>Remove all</Button>
      </div>
    </Dialog>
  );
}

/** The first cells with what they become, updated with each change. */
function Effects({ effects }: { effects: Effect[] }) {
  const shown = effects.filter(({ value }) => value !== undefined).slice(0, 5);
  if (!shown.length) return null;
  return (
    <table className={style.effects}>
      <thead>
        <tr>
          <th scope="col">Cell</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody aria-live="polite">
        {shown.map(({ line, cell, value }) => (
          <tr key={line}>
            <td>{cell}</td>
            <td>{value || <span className="soft">blank</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const DECIMALS: [string, string][] = [
  ["0", "0 decimals"],
  ["1", "1 decimal"],
  ["2", "2 decimals"],
];

interface NumberFieldsProps {
  field: ColumnField;
  column: ColumnOptions;
  change: (changed: Partial<ColumnOptions>) => void;
}

/** The options of a price or a quantity. */
function NumberFields({ field, column, change }: NumberFieldsProps) {
  if (field === "quantity") {
    return (
      <Checkbox
        label="Read negative quantities as 0"
        checked={column.negative === "zero"}
        onChange={(isChecked) => change({ negative: isChecked ? "zero" : null })}
      />
    );
  }
  if (field !== "price") return null;
  return (
    <>
      <Field label="Multiply by" hint="For example 1.19">
        <TextInput
          value={column.multiply ?? ""}
          inputMode="decimal"
          maxLength={19}
          onCommit={(text) => change({ multiply: parseFactor(text) })}
        />
      </Field>
      <Field label="Round to">
        <select
          value={column.round ?? ""}
          onChange={({ target }) =>
            change({ round: target.value === "" ? null : Number(target.value) })
          }
        >
          <option value="">Not rounded</option>
          <Choices of={DECIMALS} />
        </select>
      </Field>
    </>
  );
}

/** Return the factor as the API takes it; null if it isn't a number. */
function parseFactor(text: string | null): string | null {
  const factor = text?.replace(",", ".") ?? "";
  return /^\d{1,9}(\.\d{1,9})?$/.test(factor) ? factor : null;
}
