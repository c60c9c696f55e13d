/** The columns of the list. */

import { createColumnHelper } from "@tanstack/react-table";
import { formatCount, Time } from "../ui/format";
import { ActiveSwitch } from "./ActiveSwitch";
import type { Listed } from "./list";
import style from "./list.module.css";
import { formatPrice } from "./words";

const column = createColumnHelper<Listed>();

export function makeColumns(isReadOnly: boolean) {
  return [
    column.accessor("sku", {
      header: "SKU",
      cell: ({ getValue }) => <span className="mono">{getValue()}</span>,
    }),
    column.accessor("name", { header: "Name", sortDescFirst: false }),
    column.accessor("price", {
      header: "Price",
      sortDescFirst: false,
      cell: ({ getValue }) => formatOrNone(getValue(), formatPrice),
    }),
    column.accessor("quantity", {
      header: "Quantity",
      enableSorting: false,
      cell: ({ getValue }) => formatOrNone(getValue(), formatCount),
    }),
    column.accessor("active", {
      header: "Active",
      enableSorting: false,
      cell: ({ row }) => <ActiveSwitch product={row.original} isReadOnly={isReadOnly} />,
    }),
    column.accessor("updated_at", {
      header: "Updated",
      sortDescFirst: true,
      cell: ({ getValue }) => <Time at={getValue()} />,
    }),
  ];
}

function formatOrNone<T>(value: T | null, format: (value: T) => string) {
  return value === null ? <span className={style.none}>none</span> : format(value);
}
