/** The tools above the list: the search, the filter panel and the active filters. */

import { Search, SlidersHorizontal, X } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "../ui/controls";
import { useDebouncedInput } from "./debouncedInput";
import { describeFilters } from "./describe";
import { FilterPanel } from "./FilterPanel";
import { FILTERS, type ListState } from "./filters";
import { showList, withFilter } from "./links";
import style from "./tools.module.css";
import { useImportName } from "./useImportName";

interface Props {
  state: ListState;
  isBusy: boolean;
}

export function ListTools({ state, isBusy }: Props) {
  const [isOpen, setOpen] = useState(false);
  const panelId = useId();
  const count = FILTERS.filter(({ name, kind }) => kind !== "search" && state.filters[name]).length;
  return (
    <>
      <div className={style.tools}>
        <SearchField state={state} isBusy={isBusy} />
        <Button
          icon={<SlidersHorizontal size={17} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls={panelId}
          onClick={() => setOpen(!isOpen)}
        >
          Filters{count > 0 && <span className={style.count}>{count}</span>}
        </Button>
      </div>
      <div id={panelId} hidden={!isOpen}>
        {isOpen && <FilterPanel state={state} />}
      </div>
      <FilterChips state={state} />
    </>
  );
}

function SearchField({ state, isBusy }: Props) {
  const { text, setText, finish } = useDebouncedInput(state.filters.search ?? "", (value) =>
    showList(withFilter(state, "search", value), { replace: true }),
  );
  return (
    <search className={style.search} aria-busy={isBusy}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          finish();
        }}
      >
        <Search size={18} className={style.glass} aria-hidden />
        <input
          type="search"
          aria-label="Search products"
          placeholder="Search SKU, name and description"
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </search>
  );
}

function FilterChips({ state }: { state: ListState }) {
  const filename = useImportName(state.filters.job_id);
  const described = describeFilters(state.filters, filename);
  if (described.length === 0) return null;
  return (
    <ul className={style.chips} aria-label="Active filters">
      {described.map(({ name, text }) => (
        <li key={name}>
          <button
            type="button"
            className={style.chip}
            aria-label={`Remove filter: ${text}`}
            onClick={() => showList(withFilter(state, name, ""))}
          >
            <span>{text}</span>
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
      {described.length > 1 && (
        <li>
          <Button kind="quiet" onClick={() => showList({ ...state, filters: {} })}>
            Clear all
          </Button>
        </li>
      )}
    </ul>
  );
}
