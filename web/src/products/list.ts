/** The product list, read page by page for each combination of filters and order. */

import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, nextCursor, request } from "../api/client";
import { applyChanges, useChanges } from "./changes";
import { type ListQuery, type ListState, toApiQuery } from "./filters";
import { LISTED_NAMES, type Page, toListedProduct } from "./listed";

const KEY = "product-list";
const PAGE = 100;
const FRESHNESS_POLL_MS = 3_000;

export type ProductList = ReturnType<typeof useProductList>;

export function useProductList(state: ListState) {
  const query = toApiQuery(state);
  const changes = useChanges();
  const list = useInfiniteQuery({
    queryKey: [KEY, query],
    queryFn: ({ pageParam, signal }) => readPage(query, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: nextCursor,
    placeholderData: keepPreviousData,
    // A refetch would request every page again. A list is read once instead.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
  const pages = list.data?.pages;
  const rows = useMemo(() => applyChanges(pages ?? [], changes), [pages, changes]);
  const isSearchStale = !list.isPlaceholderData && pages?.[0]?.search?.is_current === false;
  useSearchRefresh(isSearchStale ? query.search : undefined, list.dataUpdatedAt, list.refetch);
  return { ...list, rows, isSearchStale };
}

/** Reload every list from its first page. */
export function reloadLists(queries: QueryClient): void {
  scrollTo(0, 0);
  void queries.resetQueries({ queryKey: [KEY] });
}

async function readPage(query: ListQuery, cursor: string, signal: AbortSignal): Promise<Page> {
  const requested_at = Date.now();
  const fields = LISTED_NAMES.join();
  const pageQuery = { ...query, fields, limit: PAGE, ...(cursor && { cursor }) };
  const page = await request(api.GET("/products", { params: { query: pageQuery }, signal }));
  return { ...page, items: page.items.map(toListedProduct), requested_at };
}

/** Poll whether the search index is up to date again, and reload the list when it is. */
function useSearchRefresh(search: string | undefined, readAt: number, reload: () => void): void {
  const { data } = useQuery({
    queryKey: ["search-freshness", search, readAt],
    queryFn: ({ signal }) => {
      const query = { search, limit: 1, fields: "id" };
      return request(api.GET("/products", { params: { query }, signal }));
    },
    enabled: search !== undefined,
    refetchInterval: FRESHNESS_POLL_MS,
    gcTime: 0,
  });
  const isCurrent = search !== undefined && data?.search?.is_current === true;
  useEffect(() => {
    if (isCurrent) reload();
  }, [isCurrent, reload]);
}
