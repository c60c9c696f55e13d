/** A column header; it sorts by the column if the API can. */

import type { Header } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { cellClass } from "./columns";
import style from "./list.module.css";
import type { ListedProduct } from "./listed";

const ICONS = { asc: ArrowUp, desc: ArrowDown };

interface Props {
  header: Header<ListedProduct, unknown>;
  children: ReactNode;
}

export function HeadCell({ header, children }: Props) {
  const { column } = header;
  const sorted = column.getIsSorted();
  const Icon = sorted ? ICONS[sorted] : ChevronsUpDown;
  const order = sorted === "asc" ? "ascending" : "descending";
  return (
    <th role="columnheader" className={cellClass(column.id)} aria-sort={sorted ? order : undefined}>
      {column.getCanSort() ? (
        <button
          type="button"
          className={style.sorter}
          data-sorted={Boolean(sorted)}
          onClick={column.getToggleSortingHandler()}
        >
          {children}
          <Icon size={14} aria-hidden />
        </button>
      ) : (
        children
      )}
    </th>
  );
}
