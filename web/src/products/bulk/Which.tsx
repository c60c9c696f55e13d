/** Which products are to be deleted, in words: those of the list, or all. */

import { type Filters, isFiltered } from "../filters";
import style from "../form.module.css";
import { useImportName } from "../useImportName";
import { describeFilters } from "../words";

interface Props {
  filters: Filters;
  isAll: boolean;
  onChoose: (isAll: boolean) => void;
}

export function Which({ filters, isAll, onChoose }: Props) {
  if (!isFiltered(filters)) {
    return (
      <p>
        No filter is set, so this is about <strong>every product of the catalogue</strong>. To
        delete some of them, set filters first.
      </p>
    );
  }
  return (
    <fieldset className={style.which}>
      <legend>Which of them?</legend>
      <label className={style.option}>
        <input type="radio" name="which" checked={!isAll} onChange={() => onChoose(false)} />
        <span>
          Those of the list: each of which
          <Conditions filters={filters} />
        </span>
      </label>
      <label className={style.option}>
        <input type="radio" name="which" checked={isAll} onChange={() => onChoose(true)} />
        <span>Every product of the catalogue</span>
      </label>
    </fieldset>
  );
}

function Conditions({ filters }: { filters: Filters }) {
  const filename = useImportName(filters.job_id);
  return (
    <ul className={style.conditions}>
      {describeFilters(filters, filename).map(({ name, words }) => (
        <li key={name}>{words}</li>
      ))}
    </ul>
  );
}
