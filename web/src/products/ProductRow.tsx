/** One row of the list; rendered anew only when its product, or its place, is another. */

import { type Cell, flexRender, type Row } from "@tanstack/react-table";
import { type MouseEvent, memo } from "react";
import { goTo } from "../app/route";
import type { ListState } from "./filters";
import { linkToProduct } from "./links";
import type { Listed } from "./list";
import style from "./list.module.css";

interface Props {
  row: Row<Listed>;
  state: ListState;
  index: number;
  /** In pixels below the first row's place. */
  top: number;
}

export const ProductRow = memo(RowOfProduct, isSame);

function RowOfProduct({ row, state, index, top }: Props) {
  const href = linkToProduct(row.original.id, state);
  const open = (event: MouseEvent) => {
    // The name is a link; a click anywhere else on the row is a short way to the same.
    if (!(event.target instanceof Element) || event.target.closest("a, input")) return;
    if (!getSelection()?.toString()) goTo(href);
  };
  return (
    // biome-ignore format: one role a line would hide the shape
    <tr role="row" aria-rowindex={index + 2} data-index={index} className={style.line}
      style={{ transform: `translateY(${top}px)` }} onClick={open}>
      {row.getVisibleCells().map((cell) => {
        const content = flexRender(cell.column.columnDef.cell, cell.getContext());
        return (
          <td key={cell.id} role="cell" className={style[cell.column.id]}>
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

function hasSameColumns(one: Row<Listed>, other: Row<Listed>): boolean {
  const [ones, others] = [one.getVisibleCells(), other.getVisibleCells()];
  const isSameColumn = (cell: Cell<Listed, unknown>, at: number) =>
    cell.column.columnDef === others[at]?.column.columnDef;
  return ones.length === others.length && ones.every(isSameColumn);
}
