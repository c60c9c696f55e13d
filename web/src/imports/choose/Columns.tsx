/** The columns and first records of a file, with the field of each column. */

import type { Schema } from "../../api/client";
import { messageFor } from "../../api/messages";
import { Choices } from "../../ui/controls";
import {
  assignField,
  COLUMN_FIELDS,
  fieldOf,
  findChoice,
  IGNORED,
  listFields,
  type Options,
} from "../options";
import style from "./choose.module.css";
import { EditValues } from "./EditValues";
import { findEffect, findRejected } from "./effects";
import type { Preview } from "./preview";

interface ColumnsProps {
  preview: Preview;
  options: Options;
  onChange: (options: Options) => void;
}

export function Columns({ preview, options, onChange }: ColumnsProps) {
  const { columns, records } = preview;
  return (
    <section
      className={`scroll ${style.columns}`}
      aria-label="Columns and first records"
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              Line
            </th>
            {columns.map(({ header, field }, at) => (
              <th key={header} scope="col">
                <div className={style.header}>{header}</div>
                <select
                  aria-label={`Field for column ${header}`}
                  data-field={fieldOf(options, header, field) ?? "ignored"}
                  value={fieldOf(options, header, field) ?? ""}
                  onChange={({ target }) =>
                    onChange(assignField(options, header, findChoice(COLUMN_FIELDS, target.value)))
                  }
                >
                  <Choices of={listFields(options)} />
                  <option value="">{IGNORED}</option>
                </select>
                <EditValues
                  {...{ header, options, onChange }}
                  field={fieldOf(options, header, field)}
                  effects={records.map((record) => findEffect(record, columns, at))}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <PreviewRow key={record.line} record={record} columns={columns} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface PreviewRowProps {
  record: Schema["PreviewRecord"];
  columns: Schema["PreviewColumn"][];
}

function PreviewRow({ record: { line, cells, reject, skip }, columns }: PreviewRowProps) {
  const errorColumn = reject ? findRejected(reject, columns) : -1;
  const isWholeRejected = reject !== null && errorColumn < 0;
  return (
    <>
      <tr className={skip ? style.skipped : undefined}>
        <td className="number soft">{line}</td>
        {columns.map(({ header, field }, i) => (
          <td key={header} className={field === null ? style.ignored : undefined}>
            <div className={style.cell}>{cells[i]}</div>
            {i === errorColumn && reject && (
              <div className={style.reject}>{messageFor(reject)}</div>
            )}
          </td>
        ))}
      </tr>
      {(skip || isWholeRejected) && (
        <tr className={style.note}>
          <td />
          <td colSpan={columns.length}>
            {skip && <span className="soft">Skipped: {skip.message}</span>}
            {isWholeRejected && <span className={style.reject}>{messageFor(reject)}</span>}
          </td>
        </tr>
      )}
    </>
  );
}
