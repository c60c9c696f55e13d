/**
 * The list as a virtual table: only the visible rows, and some around them, are in the document.
 *
 * The elements are laid out as a grid, so browsers drop their table semantics. The roles restore them.
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
  type CSSProperties,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useHasScope } from "../session/caller";
import { CARD_VISIBILITY, GRID_COLUMNS, makeColumns } from "./columns";
import { type ListState, readState } from "./filters";
import { HeadCell } from "./HeadCell";
import { showList } from "./links";
import type { ProductList } from "./list";
import style from "./list.module.css";
import type { ListedProduct } from "./listed";
import { ProductRow } from "./ProductRow";

const NARROW = matchMedia("(max-width: 62rem)"); // as in the style sheet
const ROW_REM = { wide: 2.9, narrow: 4.5 };
const TABLE_STYLE = { "--columns": GRID_COLUMNS } as CSSProperties;
const PREFETCH_ROWS = 80;

interface Props {
  state: ListState;
  list: ProductList;
}

export function ProductTable({ state, list }: Props) {
  const isNarrow = useSyncExternalStore(subscribeNarrow, () => NARROW.matches);
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useVirtualRows(list.rows, isNarrow, body);
  const items = rows.window.getVirtualItems();
  usePrefetch(list, items.at(-1)?.index ?? 0);

  const shown = items.flatMap(({ index }) => list.rows[index] ?? []);
  const table = useProductTable(shown, state, isNarrow);
  const shownRows = table.getRowModel().rows;
  return (
    // biome-ignore format: keeps the roles on few lines
    <table role="table" className={style.table} style={TABLE_STYLE} aria-label="Products"
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
 * The visible rows; all rows have the same height.
 *
 * The callbacks are memoized, otherwise the virtualizer would measure every row on each render.
 */
function useVirtualRows(
  rows: ListedProduct[],
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of the rows changed
  useEffect(() => window.measure(), [window, height]);
  return { window, setFocused };
}

/** The table of the visible rows. A table of all rows would be rebuilt with each page. */
function useProductTable(data: ListedProduct[], state: ListState, isNarrow: boolean) {
  const defaultSort = state.filters.search ? undefined : "sku";
  const sort = state.sort ?? defaultSort;
  const isReadOnly = !useHasScope("products:write");
  const columns = useMemo(() => makeColumns(isReadOnly), [isReadOnly]);
  const sorting = sort ? [{ id: sort.replace("-", ""), desc: sort.startsWith("-") }] : [];
  return useReactTable({
    data,
    columns,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (product) => String(product.id),
    manualSorting: true,
    autoResetAll: false, // scrolling changes the rows; no state depends on them
    state: { sorting, columnVisibility: isNarrow ? CARD_VISIBILITY : {} },
    onSortingChange: (updater) => showList({ ...state, sort: readSort(updater, sorting) }),
  });
}

function readSort(updater: Updater<SortingState>, current: SortingState) {
  const [first] = typeof updater === "function" ? updater(current) : updater;
  if (!first) return undefined;
  return readState(new URLSearchParams({ sort: `${first.desc ? "-" : ""}${first.id}` })).sort;
}

/** Request the next page before the last row is visible. */
function usePrefetch(list: ProductList, lastIndex: number): void {
  const { hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = list;
  const isNear = lastIndex >= list.rows.length - PREFETCH_ROWS;
  const canFetch = hasNextPage && !isFetching && !isError && !isPlaceholderData;
  useEffect(() => {
    if (isNear && canFetch) void fetchNextPage();
  }, [isNear, canFetch, fetchNextPage]);
}

/** Return the current offset of the rows from the top of the page. */
function useTop(body: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () =>
      setTop(Math.round((body.current?.getBoundingClientRect().top ?? 0) + scrollY));
    const observer = new ResizeObserver(measure);
    observer.observe(document.body); // its height changes with everything above the rows
    measure();
    return () => observer.disconnect();
  }, [body]);
  return top;
}

/** Keep the focused row in the document when it is scrolled out of view, so that it keeps the focus. */
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
