/** A row of the list; rendered again only when its product or position changes. */

import { type Cell, flexRender, type Row } from "@tanstack/react-table";
import { type MouseEvent, memo } from "react";
import { goTo } from "../app/route";
import { cellClass } from "./columns";
import type { ListState } from "./filters";
import { linkToProduct } from "./links";
import style from "./list.module.css";
import type { ListedProduct } from "./listed";

interface Props {
  row: Row<ListedProduct>;
  state: ListState;
  index: number;
  /** The offset from the first row, in pixels. */
  top: number;
}

export const ProductRow = memo(RowOfProduct, isSame);

function RowOfProduct({ row, state, index, top }: Props) {
  const href = linkToProduct(row.original.id, state);
  const open = (event: MouseEvent) => {
    // The name is the link; a click elsewhere on the row does the same.
    if (!(event.target instanceof Element) || event.target.closest("a, input")) return;
    if (!getSelection()?.toString()) goTo(href);
  };
  return (
    // biome-ignore format: keeps the roles on one line
    <tr role="row" aria-rowindex={index + 2} data-index={index} className={style.line}
      style={{ transform: `translateY(${top}px)` }} onClick={open}>
      {row.getVisibleCells().map((cell) => {
        const content = flexRender(cell.column.columnDef.cell, cell.getContext());
        return (
          <td key={cell.id} role="cell" className={cellClass(cell.column.id)}>
            {cell.column.id === "name" ? <a href={href}>{content}</a> : content}
          </td>
        );
      })}
    </tr>
  );
}

function isSame(one: Props, other: Props): boolean {
  return (
    one.row.original === other.row.original &&
    hasSameColumns(one.row, other.row) &&
    one.state === other.state &&
    one.index === other.index &&
    one.top === other.top
  );
}

function hasSameColumns(one: Row<ListedProduct>, other: Row<ListedProduct>): boolean {
  const [ones, others] = [one.getVisibleCells(), other.getVisibleCells()];
  const isSameColumn = (cell: Cell<ListedProduct, unknown>, at: number) =>
    cell.column.columnDef === others[at]?.column.columnDef;
  return ones.length === others.length && ones.every(isSameColumn);
}
