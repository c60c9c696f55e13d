/** The choice between the products matching the filters and all products. */

import { describeFilters } from "../describe";
import { type Filters, isFiltered } from "../filters";
import style from "../form.module.css";
import { useImportName } from "../useImportName";

interface Props {
  filters: Filters;
  isAll: boolean;
  onChoose: (isAll: boolean) => void;
}

export function SelectionChoice({ filters, isAll, onChoose }: Props) {
  if (!isFiltered(filters)) {
    return (
      <p>
        No filters are set, so this deletes <strong>all products</strong>. To delete only some, set
        filters first.
      </p>
    );
  }
  return (
    <fieldset className={style.selection}>
      <legend>Products to delete</legend>
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
