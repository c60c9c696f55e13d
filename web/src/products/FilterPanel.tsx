/** The filters of the list; each takes effect when it is set. */

import type { ReactNode } from "react";
import { Field } from "../ui/controls";
import { useDebouncedInput } from "./debouncedInput";
import { describeFlag } from "./fields";
import {
  FILTERS,
  type Filter,
  findReversedRange,
  isValidFilter,
  type ListState,
  readState,
  SORTS,
} from "./filters";
import { useReportInvalid } from "./invalidFilters";
import { showList, withFilter } from "./links";
import style from "./tools.module.css";

interface FilterProps {
  state: ListState;
  filter: Filter;
}

/** The control of each kind of filter; the others are set elsewhere. */
const CONTROLS: Partial<Record<Filter["kind"], (props: FilterProps) => ReactNode>> = {
  text: TextFilter,
  decimal: TextFilter,
  integer: TextFilter,
  flag: FlagFilter,
  day: DayFilter,
};

export function FilterPanel({ state }: { state: ListState }) {
  return (
    <fieldset className={`card ${style.panel}`}>
      <legend className="hidden-visually">Filters</legend>
      {FILTERS.map((filter) => {
        const Control = CONTROLS[filter.kind];
        return Control && <Control key={filter.name} state={state} filter={filter} />;
      })}
      <SortField state={state} />
    </fieldset>
  );
}

function TextFilter({ state, filter }: FilterProps) {
  const { name, kind, label, maxLength } = filter;
  const { text, setText, finish, isInvalid } = useDebouncedInput(
    state.filters[name] ?? "",
    (value) => showList(withFilter(state, name, value), { replace: true }),
    (value) => value === "" || isValidFilter(filter, value),
  );
  useReportInvalid(label, isInvalid);
  const isReversed = findReversedRange(state.filters)?.name === name;
  const error = isInvalid
    ? `Enter a number, such as ${kind === "integer" ? "12" : "12.50"}.`
    : isReversed && "Maximum is below minimum.";
  return (
    <Field label={label} error={error}>
      <input
        inputMode={kind === "text" ? "text" : kind === "decimal" ? "decimal" : "numeric"}
        autoComplete="off"
        spellCheck={false}
        maxLength={maxLength}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === "Enter" && finish()}
      />
    </Field>
  );
}

function FlagFilter({ state, filter: { name, label, field } }: FilterProps) {
  return (
    <Field label={label}>
      <select
        value={state.filters[name] ?? ""}
        onChange={(event) => showList(withFilter(state, name, event.target.value))}
      >
        <option value="">Any</option>
        <option value="true">{field && describeFlag(field, true)}</option>
        <option value="false">{field && describeFlag(field, false)}</option>
      </select>
    </Field>
  );
}

function DayFilter({ state, filter: { name, label } }: FilterProps) {
  const isReversed = findReversedRange(state.filters)?.name === name;
  return (
    <Field label={label} error={isReversed && "End date is before start date."}>
      <input
        type="date"
        value={state.filters[name] ?? ""}
        max="9999-12-31"
        onChange={(event) => showList(withFilter(state, name, event.target.value))}
      />
    </Field>
  );
}

function SortField({ state }: { state: ListState }) {
  const defaultOrder = state.filters.search ? "Best match" : SORTS.sku;
  return (
    <Field label="Order">
      <select
        value={state.sort ?? ""}
        onChange={(event) => {
          const { sort } = readState(new URLSearchParams({ sort: event.target.value }));
          showList({ filters: state.filters, ...(sort && { sort }) });
        }}
      >
        <option value="">{defaultOrder}</option>
        {Object.entries(SORTS).map(([sort, label]) =>
          label === defaultOrder ? null : (
            <option key={sort} value={sort}>
              {label}
            </option>
          ),
        )}
      </select>
    </Field>
  );
}
