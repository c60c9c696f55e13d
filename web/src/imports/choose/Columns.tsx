/** The columns and first records of a file, and what each column becomes. */

import type { Schema } from "../../api/client";
import { wordsOf } from "../../api/words";
import { chooseUse, type Options, pick, readUse, USES } from "../options";
import style from "./choose.module.css";
import type { Preview } from "./preview";

interface ColumnsProps {
  preview: Preview;
  options: Options;
  onChange: (options: Options) => void;
}

const LEFT_OUT = "";

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
            {columns.map(({ header, field }) => (
              <th key={header} scope="col">
                <div className={style.header}>{header}</div>
                <select
                  aria-label={`What the column ${header} becomes`}
                  data-use={readUse(options, header, field) ?? "left_out"}
                  value={readUse(options, header, field) ?? LEFT_OUT}
                  onChange={({ target }) =>
                    onChange(chooseUse(options, header, pick(USES, target.value)))
                  }
                >
                  {USES.map(([use, name]) => (
                    <option key={use} value={use}>
                      {name}
                    </option>
                  ))}
                  <option value={LEFT_OUT}>Left out</option>
                </select>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <FirstRecord key={record.line} record={record} columns={columns} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FirstRecordProps {
  record: Schema["PreviewRecord"];
  columns: Schema["PreviewColumn"][];
}

function FirstRecord({ record: { line, cells, reject }, columns }: FirstRecordProps) {
  const faultAt = columns.findIndex(
    ({ header, field }) => reject?.field && [field, header].includes(reject.field),
  );
  return (
    <tr>
      <td className="number soft">
        {line}
        {reject && faultAt < 0 && <div className={style.reject}>{wordsOf(reject)}</div>}
      </td>
      {columns.map(({ header, field }, i) => (
        <td key={header} className={field === null ? style.left_out : undefined}>
          <div className={style.cell}>{cells[i]}</div>
          {i === faultAt && reject && <div className={style.reject}>{wordsOf(reject)}</div>}
        </td>
      ))}
    </tr>
  );
}
