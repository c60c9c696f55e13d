/** Planned changes: a row for each product, with the values before and after in their columns. */

import { linkTo } from "../../app/route";
import { formatCount, shorten } from "../../ui/format";
import { Badge, type Tone } from "../../ui/states";
import {
  ACTIONS,
  type Action,
  CHANGED_FIELDS,
  type ChangedField,
  type Plan,
  type PlannedChange,
} from "./plan";
import style from "./plan.module.css";
import { listValues, percentOf, type ValueChange } from "./values";

const TONES: Record<Action, Tone> = { updated: "info", created: "good", missing: "warn" };
const PERCENT = new Intl.NumberFormat(undefined, {
  style: "percent",
  signDisplay: "exceptZero",
  maximumFractionDigits: 0,
});

interface Props {
  changes: PlannedChange[];
  plan: Plan;
}

export function ChangeTable({ changes, plan }: Props) {
  const columns = CHANGED_FIELDS.filter(([name]) => changes.some((one) => name in one.changes));
  return (
    <section className={`scroll ${style.changes}`} aria-label="Planned changes" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">SKU</th>
            <th scope="col">Change</th>
            {columns.map(([name, label]) => (
              <th key={name} scope="col">
                {label}
              </th>
            ))}
            <th scope="col" className="number">
              Line
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.action} ${change.product_id} ${change.line}`}>
              <th scope="row">
                <Sku change={change} />
              </th>
              <td>
                <Badge tone={TONES[change.action]}>{ACTIONS[change.action]}</Badge>
              </td>
              {columns.map(([name, label]) => (
                <td key={name} data-label={label}>
                  <Cell field={name} change={change} plan={plan} />
                </td>
              ))}
              <td className="number" data-label="Line">
                {change.line !== null && formatCount(change.line)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Sku({ change: { sku, product_id } }: { change: PlannedChange }) {
  if (product_id === null) return sku;
  return <a href={linkTo(`products/${product_id}`)}>{sku ?? product_id}</a>;
}

interface CellProps {
  field: ChangedField;
  change: PlannedChange;
  plan: Plan;
}

function Cell({ field, change: { changes }, plan }: CellProps) {
  const change = changes[field];
  if (!change) return null;
  return listValues(field, change).map((value) => (
    <div key={value.name ?? field} className={style.value}>
      {value.name && <span className="soft small">{value.name}</span>}
      <del>
        <span className="hidden-visually">from </span>
        {shorten(value.before) || <span className={style.none}>none</span>}
      </del>
      <ins>
        <span className="hidden-visually"> to </span>
        {shorten(value.after) || <span className={style.none}>none</span>}
      </ins>
      {field === "price" && <Percent value={value} limit={plan.price_changes.above_percent} />}
    </div>
  ));
}

/** By how much a price changes, marked if it is more than the plan's limit. */
function Percent({ value, limit }: { value: ValueChange; limit: number }) {
  const percent = percentOf(value);
  if (percent === undefined) return null;
  const isLarge = Math.abs(percent) > limit;
  return (
    <span className={isLarge ? style.large : "soft small"}>{PERCENT.format(percent / 100)}</span>
  );
}
