/** What the first records of a file become. */

import type { Schema } from "../../api/client";
import { FIELDS } from "../../products/fields";
import style from "./choose.module.css";
import { describeAttributes, formatProductValue } from "./effects";
import type { Preview } from "./preview";

export function ProductsPreview({ preview: { records } }: { preview: Preview }) {
  const shown = records.filter(({ product }) => product !== null);
  if (!shown.length) return null;
  const fields = FIELDS.filter(({ name }) => shown.some(({ product }) => product?.[name] != null));
  return (
    <details className={style.details} open>
      <summary>Products from the first records</summary>
      <section
        className={`scroll ${style.columns} ${style.products}`}
        aria-label="Products from the first records"
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              <th scope="col" className="number">
                Line
              </th>
              {fields.map(({ name, label }) => (
                <th key={name} scope="col">
                  {label}
                </th>
              ))}
              <th scope="col">Attributes</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((record) => (
              <ProductRow
                key={record.line}
                record={record}
                names={fields.map(({ name }) => name)}
              />
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

interface ProductRowProps {
  record: Schema["PreviewRecord"];
  names: string[];
}

function ProductRow({ record: { line, product }, names }: ProductRowProps) {
  const attributes = describeAttributes(product);
  return (
    <tr>
      <td className="number soft">{line}</td>
      {names.map((name) => (
        <td key={name}>
          <div className={style.cell}>{formatProductValue(product?.[name])}</div>
        </td>
      ))}
      <td>
        <div className={style.cell}>{attributes}</div>
      </td>
    </tr>
  );
}
