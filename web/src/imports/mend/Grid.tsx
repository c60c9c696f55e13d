/** Records as rows of editable cells under the file's own columns. */

import { type KeyboardEvent, memo, useMemo } from "react";
import { changeCell, type FileForm, isMended, isStillAtFault, type Mendable } from "./mend";
import style from "./mend.module.css";

interface GridProps {
  form: FileForm;
  records: Mendable[];
  onChange: (record: Mendable) => void;
}

export function Grid({ form, records, onChange }: GridProps) {
  const { header } = form;
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
            <Row key={record.line} {...{ record, form, columns, onChange }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  record: Mendable;
  form: FileForm;
  columns: string[];
  onChange: (record: Mendable) => void;
}

function nameColumns(header: string[], count: number): string[] {
  const extra = Math.max(0, count - header.length);
  return [...header, ...Array.from({ length: extra }, (_, i) => `too many ${i + 1}`)];
}

/** Rendered anew only when its own record is another: there are many, and each letter changes one. */
const Row = memo(RowOfRecord);

function RowOfRecord({ record, form, columns, onChange }: RowProps) {
  const { line, cells, message, faultAt, faultText } = record;
  const isWrong = isStillAtFault(record);
  const faultId = `fault-${line}`;
  return (
    <tr data-mended={isMended(record, form) || undefined}>
      <th scope="row">
        {line}
        {faultAt === undefined && <Reason id={faultId} text={message} />}
      </th>
      {columns.map((name, i) => (
        <td key={name} data-name={name}>
          {i < cells.length && (
            <textarea
              rows={1}
              spellCheck={false}
              aria-label={`${name}, line ${line}`}
              aria-invalid={i === faultAt && isWrong ? true : undefined}
              aria-describedby={i === (faultAt ?? 0) ? faultId : undefined}
              value={cells[i]}
              onChange={({ target }) => onChange(changeCell(record, i, target.value))}
              onKeyDown={moveByRow}
            />
          )}
          {i === faultAt && (
            <Reason id={faultId} text={isWrong ? message : `Changed. It was: ${faultText}`} />
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

/** Enter goes to the same cell of the next record; with Shift it is a line end within the cell. */
function moveByRow(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  const cell = event.currentTarget.closest("td");
  const row = cell?.parentElement?.nextElementSibling;
  if (row instanceof HTMLTableRowElement && cell) {
    row.cells[cell.cellIndex]?.querySelector("textarea")?.focus();
  }
}
