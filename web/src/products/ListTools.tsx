/** What is above the list: the search, the filters, and which of them are set. */

import { Search, SlidersHorizontal, X } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "../ui/controls";
import { FilterPanel } from "./FilterPanel";
import { FILTER_NAMES, type ListState } from "./filters";
import { showList, withFilter } from "./links";
import style from "./tools.module.css";
import { useTyped } from "./typing";
import { useImportName } from "./useImportName";
import { describeFilters } from "./words";

interface Props {
  state: ListState;
  isBusy: boolean;
}

export function ListTools({ state, isBusy }: Props) {
  const [isOpen, setOpen] = useState(false);
  const panelId = useId();
  const set = FILTER_NAMES.filter((name) => name !== "search" && state.filters[name]).length;
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
          Filters{set > 0 && <span className={style.count}>{set}</span>}
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
  const { typed, setTyped, finish } = useTyped(state.filters.search ?? "", (text) =>
    showList(withFilter(state, "search", text), { replace: true }),
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
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
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
    <ul className={style.chips} aria-label="Filters that are set">
      {described.map(({ name, words }) => (
        <li key={name}>
          <button
            type="button"
            className={style.chip}
            aria-label={`Remove: ${words}`}
            onClick={() => showList(withFilter(state, name, ""))}
          >
            <span>{words}</span>
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
