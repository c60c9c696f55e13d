/** The filters of the list; each takes effect as it is set. */

import { Field } from "../ui/controls";
import { type FilterName, isReversed, type ListState, PRICE, readState, SORTS } from "./filters";
import { showList, withFilter } from "./links";
import style from "./tools.module.css";
import { useTyped } from "./typing";
import { useUnready } from "./unready";

export function FilterPanel({ state }: { state: ListState }) {
  return (
    <fieldset className={`card ${style.panel}`}>
      <legend className="hidden-visually">Filters</legend>
      <TypedFilter state={state} name="sku_prefix" label="SKU begins with" />
      <Field label="Active">
        <select
          value={state.filters.active ?? ""}
          onChange={(event) => showList(withFilter(state, "active", event.target.value))}
        >
          <option value="">Active and inactive</option>
          <option value="true">Active only</option>
          <option value="false">Inactive only</option>
        </select>
      </Field>
      <TypedFilter state={state} name="price_from" label="Price from" isPrice />
      <TypedFilter state={state} name="price_to" label="Price up to" isPrice />
      <DayFilter state={state} name="updated_from" label="Updated since" />
      <DayFilter state={state} name="updated_to" label="Updated until" />
      <SortField state={state} />
    </fieldset>
  );
}

interface FilterProps {
  state: ListState;
  name: FilterName;
  label: string;
}

function TypedFilter({ state, name, label, isPrice }: FilterProps & { isPrice?: boolean }) {
  const { typed, setTyped, finish, isInvalid } = useTyped(
    state.filters[name] ?? "",
    (text) => showList(withFilter(state, name, text), { replace: true }),
    isPrice ? isPriceOrNone : undefined,
  );
  useUnready(label, isInvalid);
  const isAfterEnd = name === "price_to" && isReversed(state.filters, "price");
  const fault = isInvalid
    ? "A price such as 12.50."
    : isAfterEnd && "Less than the price it begins with.";
  return (
    <Field label={label} fault={fault}>
      <input
        inputMode={isPrice ? "decimal" : "text"}
        autoComplete="off"
        spellCheck={false}
        maxLength={isPrice ? 13 : 128}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === "Enter" && finish()}
      />
    </Field>
  );
}

function DayFilter({ state, name, label }: FilterProps) {
  const isAfterEnd = name === "updated_to" && isReversed(state.filters, "updated");
  return (
    <Field label={label} fault={isAfterEnd && "Before the day it begins with."}>
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
  const usual = state.filters.search ? "Best matches first" : SORTS.sku;
  return (
    <Field label="Order">
      <select
        value={state.sort ?? ""}
        onChange={(event) => {
          const { sort } = readState(new URLSearchParams({ sort: event.target.value }));
          showList({ filters: state.filters, ...(sort && { sort }) });
        }}
      >
        <option value="">{usual}</option>
        {Object.entries(SORTS).map(([sort, words]) =>
          words === usual ? null : (
            <option key={sort} value={sort}>
              {words}
            </option>
          ),
        )}
      </select>
    </Field>
  );
}

function isPriceOrNone(text: string): boolean {
  return text === "" || PRICE.test(text);
}
