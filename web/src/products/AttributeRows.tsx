/** The attributes of a product, as editable rows. */

import { Plus, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "../ui/controls";
import { type AttributeRow, addRow, rowErrorKey } from "./draft";
import style from "./form.module.css";
import { attributeKey } from "./values";

interface Props {
  rows: AttributeRow[];
  errors: Record<string, ReactNode>;
  onChange: (rows: AttributeRow[]) => void;
}

export function AttributeRows({ rows, errors, onChange }: Props) {
  const list = useRef<HTMLFieldSetElement>(null);
  const change = (changed: AttributeRow) =>
    onChange(rows.map((row) => (row.key === changed.key ? changed : row)));
  const remove = (key: number) => {
    onChange(rows.filter((row) => row.key !== key));
    list.current?.querySelector<HTMLElement>(":scope > button")?.focus();
  };
  return (
    <fieldset className={style.attributes} ref={list}>
      <legend>Attributes</legend>
      {rows.length === 0 && <p className="soft small">No attributes</p>}
      {rows.map((row) => (
        <Row
          key={row.key}
          row={row}
          error={errors[rowErrorKey(row.key)] ?? errors[attributeKey(row.name.trim())]}
          onChange={change}
          onRemove={() => remove(row.key)}
        />
      ))}
      {errors.attributes && <RowError>{errors.attributes}</RowError>}
      <Button icon={<Plus size={17} aria-hidden />} onClick={() => onChange(addRow(rows))}>
        Add attribute
      </Button>
    </fieldset>
  );
}

interface RowProps {
  row: AttributeRow;
  error: ReactNode;
  onChange: (row: AttributeRow) => void;
  onRemove: () => void;
}

function Row({ row, error, onChange, onRemove }: RowProps) {
  const isNew = row.name === "" && row.text === "";
  return (
    <div className={style.attribute}>
      <input
        aria-label="Attribute name"
        placeholder="Name"
        aria-invalid={error ? true : undefined}
        autoFocus={isNew}
        autoComplete="off"
        maxLength={255}
        value={row.name}
        onChange={(event) => onChange({ ...row, name: event.target.value })}
      />
      <textarea
        rows={1}
        className={style.growing}
        aria-label={`Value of ${row.name || "attribute"}`}
        placeholder="Value"
        value={row.text}
        onChange={(event) => onChange({ ...row, text: event.target.value })}
      />
      <Button
        kind="quiet"
        icon={<X size={17} aria-hidden />}
        aria-label={`Remove ${row.name || "attribute"}`}
        onClick={onRemove}
      />
      {error && <RowError>{error}</RowError>}
    </div>
  );
}

function RowError({ children }: { children: ReactNode }) {
  return (
    <span className={style.row_error} role="alert">
      {children}
    </span>
  );
}
