/** Edits how the cells of a column are changed before they are read. */

import { useState } from "react";
import { Button, Checkbox, Choices, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialogs";
import {
  CASES,
  type ColumnOptions,
  columnOf,
  NO_CHANGES,
  setColumn,
  type TextName,
} from "../columnOptions";
import { type ColumnField, findChoice, type Options } from "../options";
import style from "./choose.module.css";
import type { Effect } from "./effects";
import { PairRows } from "./PairRows";
import { TextInput } from "./TextInput";

export interface EditValuesProps {
  header: string;
  field: ColumnField;
  /** The first cells of the column, and what they become. */
  effects: Effect[];
  options: Options;
  onChange: (options: Options) => void;
}

/** Every change is applied at once, and its effect shown. The fields are in the order they apply. */
export function EditDialog({ onClose, ...props }: EditValuesProps & { onClose: () => void }) {
  const { header, field, effects, options, onChange } = props;
  const column = columnOf(options, header);
  const change = (changed: Partial<ColumnOptions>) =>
    onChange(setColumn(options, header, { ...column, ...changed }));
  const form: ColumnFormProps = { column, change };
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
      <div className={style.fields}>
        <TextField name="remove_prefix" label="Remove prefix" {...form} />
        <TextField name="remove_suffix" label="Remove suffix" {...form} />
      </div>
      <PairRows
        legend="Replacements"
        labels={["Text", "Replacement"]}
        hasSpaces
        pairs={column.replace.map(({ find, with: put }) => [find, put])}
        onChange={(pairs) => change({ replace: pairs.map(([find, put]) => ({ find, with: put })) })}
      />
      <div className={style.fields}>
        <Field label="Case">
          <select
            value={column.case ?? ""}
            onChange={({ target }) => change({ case: findChoice(CASES, target.value) })}
          >
            <option value="">As in the file</option>
            <Choices of={CASES} />
          </select>
        </Field>
        <TextField name="prefix" label="Add prefix" {...form} />
        <TextField name="suffix" label="Add suffix" {...form} />
        <TextField name="default" label="Value for blank cells" {...form} />
        <NumberFields field={field} {...form} />
      </div>
      <div className={style.edit_end}>
        <Effects effects={effects} />
        <div className="row">
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
          <Button onClick={() => onChange(setColumn(options, header, NO_CHANGES))}>
            Remove all changes
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

interface ColumnFormProps {
  column: ColumnOptions;
  change: (changed: Partial<ColumnOptions>) => void;
}

interface TextFieldProps extends ColumnFormProps {
  name: TextName;
  label: string;
}

function TextField({ name, label, column, change }: TextFieldProps) {
  return (
    <Field label={label}>
      <TextInput
        value={column[name] ?? ""}
        maxLength={255}
        hasSpaces
        isLive
        onCommit={(text) => change({ [name]: text })}
      />
    </Field>
  );
}

/** The first cells with what they become, updated with each change. */
function Effects({ effects }: { effects: Effect[] }) {
  const known = effects.filter(({ value, reject }) => value !== undefined || reject);
  const shown = known.slice(0, MOST_EFFECTS);
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
        {shown.map(({ line, cell, value, reject }) => (
          <tr key={line}>
            <td>{cell || <span className="soft">blank</span>}</td>
            <td>
              {value || <span className={reject ? style.reject : "soft"}>{reject ?? "blank"}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MOST_EFFECTS = 3; // so that a small window has room for the form

const DECIMALS: [string, string][] = [
  ["0", "0 decimals"],
  ["1", "1 decimal"],
  ["2", "2 decimals"],
];

interface NumberFieldsProps extends ColumnFormProps {
  field: ColumnField;
}

/** The options of a price or a quantity. */
function NumberFields({ field, column, change }: NumberFieldsProps) {
  const [isWrong, setWrong] = useState(false);
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
      <Field
        label="Multiply by"
        hint="For example 1.19"
        error={isWrong ? "Enter a number of 0 or more." : undefined}
      >
        <TextInput
          value={column.multiply ?? ""}
          inputMode="decimal"
          maxLength={19}
          isLive
          onCommit={(text) => {
            const multiply = parseFactor(text);
            setWrong(text !== null && multiply === null);
            change({ multiply });
          }}
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
