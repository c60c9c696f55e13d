/** The columns of the list: the listed fields and the time of the last update. */

import { createColumnHelper } from "@tanstack/react-table";
import { formatCount, Time } from "../ui/format";
import { ActiveSwitch } from "./ActiveSwitch";
import { formatPrice } from "./describe";
import { findField, isNumeric, LIST_FIELDS, type ProductField } from "./fields";
import { SORTS } from "./filters";
import style from "./list.module.css";
import type { ListedProduct } from "./listed";

const CARD_COLUMNS = ["name", "price", "sku", "active"]; // placed by the style sheet
const WIDTHS = {
  text: "minmax(7rem, 1.2fr)",
  long_text: "minmax(9rem, 2.4fr)",
  decimal: "6.75rem",
  integer: "6.25rem",
  boolean: "5.25rem",
};
const UPDATED_WIDTH = "13.5rem";

const column = createColumnHelper<ListedProduct>();

export function makeColumns(isReadOnly: boolean) {
  return [
    ...LIST_FIELDS.map((field) => makeFieldColumn(field, isReadOnly)),
    column.accessor((product): unknown => product.updated_at, {
      id: "updated_at",
      header: "Updated",
      sortDescFirst: true,
      cell: ({ row }) => <Time at={row.original.updated_at} />,
    }),
  ];
}

/** Which columns are hidden when a row is shown as a card. */
export const CARD_VISIBILITY: Record<string, boolean> = Object.fromEntries(
  [...LIST_FIELDS.map(({ name }) => name), "updated_at"].map((id) => [
    id,
    CARD_COLUMNS.includes(id),
  ]),
);

/** The columns of the CSS grid. */
export const GRID_COLUMNS = [...LIST_FIELDS.map(widthOf), UPDATED_WIDTH].join(" ");

export function cellClass(id: string): string {
  const field = findField(id);
  return [style[id], field && isNumeric(field) && style.number].filter(Boolean).join(" ");
}

function makeFieldColumn(field: ProductField, isReadOnly: boolean) {
  return column.accessor((product): unknown => product[field.name], {
    id: field.name,
    header: field.label,
    sortDescFirst: false,
    enableSorting: field.name in SORTS,
    cell: ({ row }) => <FieldCell product={row.original} field={field} isReadOnly={isReadOnly} />,
  });
}

interface FieldCellProps {
  product: ListedProduct;
  field: ProductField;
  isReadOnly: boolean;
}

function FieldCell({ product, field: { name, kind }, isReadOnly }: FieldCellProps) {
  const value = product[name] ?? null;
  if (name === "sku") return <span className="mono">{value}</span>;
  if (name === "active") return <ActiveSwitch product={product} isReadOnly={isReadOnly} />;
  if (value === null) return <span className={style.none}>None</span>;
  if (kind === "decimal") return formatPrice(String(value));
  if (kind === "integer") return formatCount(Number(value));
  if (kind === "boolean") return value ? "Yes" : "No";
  return value;
}

function widthOf({ name, kind }: ProductField): string {
  if (name === "sku") return "minmax(8rem, 1.3fr)";
  return name === "name" ? WIDTHS.long_text : WIDTHS[kind];
}
