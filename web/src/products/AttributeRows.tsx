/** The attributes of a product: what its file had in columns of no other use, and any other. */

import { Plus, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "../ui/controls";
import { type AttributeRow, addRow, nameRow } from "./draft";
import style from "./form.module.css";
import { nameAttribute } from "./values";

interface Props {
  rows: AttributeRow[];
  faults: Record<string, ReactNode>;
  onChange: (rows: AttributeRow[]) => void;
}

export function AttributeRows({ rows, faults, onChange }: Props) {
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
      {rows.length === 0 && <p className="soft small">It has none.</p>}
      {rows.map((row) => (
        <Row
          key={row.key}
          row={row}
          fault={faults[nameRow(row.key)] ?? faults[nameAttribute(row.name.trim())]}
          onChange={change}
          onRemove={() => remove(row.key)}
        />
      ))}
      {faults.attributes && <Wrong>{faults.attributes}</Wrong>}
      <Button icon={<Plus size={17} aria-hidden />} onClick={() => onChange(addRow(rows))}>
        Add an attribute
      </Button>
    </fieldset>
  );
}

interface RowProps {
  row: AttributeRow;
  fault: ReactNode;
  onChange: (row: AttributeRow) => void;
  onRemove: () => void;
}

function Row({ row, fault, onChange, onRemove }: RowProps) {
  const isNew = row.name === "" && row.text === "";
  return (
    <div className={style.attribute}>
      <input
        aria-label="Name of the attribute"
        placeholder="Name"
        aria-invalid={fault ? true : undefined}
        autoFocus={isNew}
        autoComplete="off"
        maxLength={255}
        value={row.name}
        onChange={(event) => onChange({ ...row, name: event.target.value })}
      />
      <textarea
        rows={1}
        className={style.growing}
        aria-label={`Value of ${row.name || "the attribute"}`}
        placeholder="Value"
        value={row.text}
        onChange={(event) => onChange({ ...row, text: event.target.value })}
      />
      <Button
        kind="quiet"
        icon={<X size={17} aria-hidden />}
        aria-label={`Remove ${row.name || "the attribute"}`}
        onClick={onRemove}
      />
      {fault && <Wrong>{fault}</Wrong>}
    </div>
  );
}

function Wrong({ children }: { children: ReactNode }) {
  return (
    <span className={style.wrong} role="alert">
      {children}
    </span>
  );
}
