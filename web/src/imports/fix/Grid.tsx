/** An editable grid of records, with the file's columns. */

import { type KeyboardEvent, memo, useMemo } from "react";
import { formatCount } from "../../ui/format";
import { changeCell, type FileFormat, type FixableRecord, isFixed, isUnchangedError } from "./fix";
import style from "./fix.module.css";

interface GridProps {
  format: FileFormat;
  records: FixableRecord[];
  onChange: (record: FixableRecord) => void;
}

export function Grid({ format, records, onChange }: GridProps) {
  const { header } = format;
  const widest = records.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const columns = useMemo(() => nameColumns(header, widest), [header, widest]);
  return (
    <div className={`scroll ${style.grid}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            {columns.map((name, i) => (
              <th key={name} scope="col" className={i >= header.length ? style.extra : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <Row key={record.line} {...{ record, format, columns, onChange }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  record: FixableRecord;
  format: FileFormat;
  columns: string[];
  onChange: (record: FixableRecord) => void;
}

function nameColumns(header: string[], count: number): string[] {
  const extra = Math.max(0, count - header.length);
  return [...header, ...Array.from({ length: extra }, (_, i) => `Extra ${i + 1}`)];
}

/** Memoized: there are many rows, and each keystroke changes one. */
const Row = memo(RowOfRecord);

function RowOfRecord({ record, format, columns, onChange }: RowProps) {
  const { line, cells, message, errorColumn, originalText } = record;
  const isInvalid = isUnchangedError(record);
  const errorId = `error-${line}`;
  return (
    <tr data-fixed={isFixed(record, format) || undefined}>
      <th scope="row">
        {formatCount(line)}
        {errorColumn === undefined && <Reason id={errorId} text={message} />}
      </th>
      {columns.map((name, i) => (
        <td key={name} data-name={name}>
          {i < cells.length && (
            <textarea
              rows={1}
              spellCheck={false}
              aria-label={`${name}, line ${line}`}
              aria-invalid={i === errorColumn && isInvalid ? true : undefined}
              aria-describedby={i === (errorColumn ?? 0) ? errorId : undefined}
              value={cells[i]}
              onChange={({ target }) => onChange(changeCell(record, i, target.value))}
              onKeyDown={moveByRow}
            />
          )}
          {i === errorColumn && (
            <Reason
              id={errorId}
              text={isInvalid ? message : `Changed. Original value: ${originalText || "blank"}`}
            />
          )}
        </td>
      ))}
    </tr>
  );
}

function Reason({ id, text }: { id: string; text: string }) {
  return (
    <div id={id} className={style.reason}>
      {text}
    </div>
  );
}

/** Enter moves to the same cell of the next record; Shift+Enter inserts a line break. */
function moveByRow(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  const cell = event.currentTarget.closest("td");
  const row = cell?.parentElement?.nextElementSibling;
  if (row instanceof HTMLTableRowElement && cell) {
    row.cells[cell.cellIndex]?.querySelector("textarea")?.focus();
  }
}
