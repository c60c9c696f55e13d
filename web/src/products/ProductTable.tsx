/**
 * The list as a table of any length: only the rows in sight, and some around them, are in the document.
 *
 * Its elements are laid out as a grid, which browsers take for the end of a table; hence the roles.
 */

import {
  flexRender,
  getCoreRowModel,
  type SortingState,
  type Updater,
  useReactTable,
} from "@tanstack/react-table";
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useMay } from "../session/caller";
import { makeColumns } from "./columns";
import { type ListState, readState } from "./filters";
import { HeadCell } from "./HeadCell";
import { showList } from "./links";
import type { Listed, ProductList } from "./list";
import style from "./list.module.css";
import { ProductRow } from "./ProductRow";

const NARROW = matchMedia("(max-width: 62rem)"); // as in the style sheet
const ROW_REM = { wide: 2.9, narrow: 4.5 };
const CARD = { quantity: false, updated_at: false };
const AHEAD_ROWS = 80;

interface Props {
  state: ListState;
  list: ProductList;
}

export function ProductTable({ state, list }: Props) {
  const isNarrow = useSyncExternalStore(subscribeNarrow, () => NARROW.matches);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useRowsInSight(list.rows, isNarrow, body);
  const items = rows.window.getVirtualItems();
  useReadingOn(list, items.at(-1)?.index ?? 0);

  const shown = items.flatMap(({ index }) => list.rows[index] ?? []);
  const table = useProductTable(shown, state, isNarrow);
  const shownRows = table.getRowModel().rows;
  return (
    // biome-ignore format: one role a line would hide the shape
    <table role="table" className={style.table} aria-label="Products"
      aria-rowcount={list.hasNextPage ? -1 : list.rows.length + 1} aria-busy={list.isPlaceholderData}>
      <thead role="rowgroup">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} role="row" aria-rowindex={1}>
            {group.headers.map((header) => (
              <HeadCell key={header.id} header={header}>
                {flexRender(header.column.columnDef.header, header.getContext())}
              </HeadCell>
            ))}
          </tr>
        ))}
      </thead>
      <tbody
        role="rowgroup"
        ref={body}
        style={{ height: rows.window.getTotalSize() }}
        onFocus={(event) => rows.setFocused(indexOf(event.target))}
        onBlur={() => rows.setFocused(null)}
      >
        {items.map((item, at) => {
          const row = shownRows[at];
          const top = item.start - rows.window.options.scrollMargin;
          return row && <ProductRow key={item.key} {...{ row, state, top }} index={item.index} />;
        })}
      </tbody>
    </table>
  );
}

/**
 * Which rows are in sight, of rows that are all of one height.
 *
 * What it is given is the same from one rendering to the next, or it would measure every row anew.
 */
function useRowsInSight(
  rows: Listed[],
  isNarrow: boolean,
  body: React.RefObject<HTMLElement | null>,
) {
  const [focused, setFocused] = useState<number | null>(null);
  const height = useMemo(() => rowHeight(isNarrow), [isNarrow]);
  const window = useWindowVirtualizer({
    count: rows.length,
    estimateSize: useCallback(() => height, [height]),
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    rangeExtractor: useCallback((range: Range) => withFocused(range, focused), [focused]),
    overscan: 12,
    scrollMargin: useTop(body),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are of another height then
  useEffect(() => window.measure(), [window, height]);
  return { window, setFocused };
}

/** The columns for the rows in sight: a table of them all would be made anew with each page. */
function useProductTable(data: Listed[], state: ListState, isNarrow: boolean) {
  const usual = state.filters.search ? undefined : "sku";
  const sort = state.sort ?? usual;
  const isReadOnly = !useMay("products:write");
  const columns = useMemo(() => makeColumns(isReadOnly), [isReadOnly]);
  const sorting = sort ? [{ id: sort.replace("-", ""), desc: sort.startsWith("-") }] : [];
  return useReactTable({
    data,
    columns,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (product) => String(product.id),
    manualSorting: true,
    autoResetAll: false, // the rows are others with each scrolling; there is nothing to begin anew
    state: { sorting, columnVisibility: isNarrow ? CARD : {} },
    onSortingChange: (updater) => showList({ ...state, sort: readSort(updater, sorting) }),
  });
}

function readSort(updater: Updater<SortingState>, before: SortingState) {
  const [first] = typeof updater === "function" ? updater(before) : updater;
  if (!first) return undefined;
  return readState(new URLSearchParams({ sort: `${first.desc ? "-" : ""}${first.id}` })).sort;
}

/** Ask for the next page before the last row is in sight. */
function useReadingOn(list: ProductList, lastIndex: number): void {
  const { hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = list;
  const isNear = lastIndex >= list.rows.length - AHEAD_ROWS;
  const mayAsk = hasNextPage && !isFetching && !isError && !isPlaceholderData;
  useEffect(() => {
    if (isNear && mayAsk) void fetchNextPage();
  }, [isNear, mayAsk, fetchNextPage]);
}

/** Return how far below the page's top the rows begin, as it is now. */
function useTop(body: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () =>
      setTop(Math.round((body.current?.getBoundingClientRect().top ?? 0) + scrollY));
    const observer = new ResizeObserver(measure);
    observer.observe(document.body); // whatever comes above the rows makes it longer
    measure();
    return () => observer.disconnect();
  }, [body]);
  return top;
}

/** A row that has the focus stays in the document when it is scrolled away, and the focus with it. */
function withFocused(range: Range, focused: number | null): number[] {
  const indexes = defaultRangeExtractor(range);
  if (focused === null || focused >= range.count || indexes.includes(focused)) return indexes;
  return [...indexes, focused].sort((one, other) => one - other);
}

function indexOf(target: Element): number | null {
  const row = target.closest("[data-index]")?.getAttribute("data-index");
  return row ? Number(row) : null;
}

function rowHeight(isNarrow: boolean): number {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.round(rem * (isNarrow ? ROW_REM.narrow : ROW_REM.wide));
}

function subscribeNarrow(listener: () => void): () => void {
  NARROW.addEventListener("change", listener);
  return () => NARROW.removeEventListener("change", listener);
}
