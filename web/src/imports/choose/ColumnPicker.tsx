/** Picks columns of the file in an order that matters. */

import { X } from "lucide-react";
import { useId } from "react";
import { Button, FieldError } from "../../ui/controls";
import style from "./choose.module.css";

interface ColumnPickerProps {
  label: string;
  headers: string[];
  chosen: string[];
  hint?: string;
  error?: string;
  onChange: (chosen: string[]) => void;
}

export function ColumnPicker({ label, headers, chosen, hint, error, onChange }: ColumnPickerProps) {
  const id = useId();
  return (
    <div className={style.picker}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value=""
        aria-describedby={hint && `${id}-hint`}
        onChange={({ target }) => onChange([...chosen, target.value])}
      >
        <option value="">Add a column…</option>
        {headers
          .filter((header) => !chosen.includes(header))
          .map((header) => (
            <option key={header}>{header}</option>
          ))}
      </select>
      {chosen.length > 0 && (
        <ol className={style.picked} aria-label={`${label}: columns`}>
          {chosen.map((header) => (
            <li key={header}>
              {header}
              <Button
                kind="quiet"
                icon={<X size={14} aria-hidden />}
                aria-label={`Remove column ${header}`}
                onClick={() => onChange(chosen.filter((one) => one !== header))}
              />
            </li>
          ))}
        </ol>
      )}
      {hint && (
        <span id={`${id}-hint`} className="soft small">
          {hint}
        </span>
      )}
      {error && <FieldError>{error}</FieldError>}
    </div>
  );
}
