/** The choice between the products matching the filters and all products. */

import type { ReactNode } from "react";
import { describeFilters } from "./describe";
import { type Filters, isFiltered } from "./filters";
import style from "./form.module.css";
import { useImportName } from "./useImportName";

interface Props {
  legend: string;
  filters: Filters;
  isAll: boolean;
  onChoose: (isAll: boolean) => void;
  /** What is shown instead of the choice if no filters are set. */
  children: ReactNode;
}

export function SelectionChoice({ legend, filters, isAll, onChoose, children }: Props) {
  if (!isFiltered(filters)) return <p>{children}</p>;
  return (
    <fieldset className={style.selection}>
      <legend>{legend}</legend>
      <label className={style.option}>
        <input type="radio" name="selection" checked={!isAll} onChange={() => onChoose(false)} />
        <span>
          Products matching the filters
          <Conditions filters={filters} />
        </span>
      </label>
      <label className={style.option}>
        <input type="radio" name="selection" checked={isAll} onChange={() => onChoose(true)} />
        <span>All products</span>
      </label>
    </fieldset>
  );
}

function Conditions({ filters }: { filters: Filters }) {
  const filename = useImportName(filters.job_id);
  return (
    <ul className={style.conditions}>
      {describeFilters(filters, filename).map(({ name, text }) => (
        <li key={name}>{text}</li>
      ))}
    </ul>
  );
}
