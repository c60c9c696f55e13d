/** The list as it is read from the API: page after page, anew for each of its states. */

import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, ask, nextCursor, type Schema } from "../api/client";
import { layOver, useChanges } from "./changes";
import { type ListQuery, type ListState, toApiQuery } from "./filters";

/** What the list shows of a product; the drawer reads the rest. */
export interface Listed {
  id: number;
  sku: string;
  name: string;
  price: string | null;
  quantity: number | null;
  active: boolean;
  updated_at: string;
}

export interface Page {
  items: Listed[];
  next_cursor: string | null;
  search?: Schema["Freshness"];
  /** When it was asked for, in milliseconds. */
  asked_at: number;
}

const KEY = "product-list";
const FIELDS = "id,sku,name,price,quantity,active,updated_at";
const PAGE = 100;
const FRESHNESS_MS = 3_000;

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
    // Asking again would ask for every page that was read: a list is read once, and left for good.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
  const pages = list.data?.pages;
  const rows = useMemo(() => layOver(pages ?? [], changes), [pages, changes]);
  const isBehind = !list.isPlaceholderData && pages?.[0]?.search?.is_current === false;
  useCatchingUp(isBehind ? query.search : undefined, list.dataUpdatedAt, list.refetch);
  return { ...list, rows, isBehind };
}

/** Read every list anew, from its beginning. */
export function renewLists(queries: QueryClient): void {
  scrollTo(0, 0);
  void queries.resetQueries({ queryKey: [KEY] });
}

export function listedOf(product: Schema["Product"]): Listed {
  const { id, sku, name, price, quantity, active, updated_at } = product;
  return { id, sku, name, price, quantity, active, updated_at };
}

async function readPage(query: ListQuery, cursor: string, signal: AbortSignal): Promise<Page> {
  const asked_at = Date.now();
  const asked = { ...query, fields: FIELDS, limit: PAGE, ...(cursor && { cursor }) };
  const page = await ask(api.GET("/products", { params: { query: asked }, signal }));
  return { ...page, items: page.items.map(readListed), asked_at };
}

/** The document lets every field be left out; those asked for are there. */
function readListed(item: Schema["ListedProduct"]): Listed {
  const { id = 0, sku = "", name = "", price = null, quantity = null, active = false } = item;
  return { id, sku, name, price, quantity, active, updated_at: item.updated_at ?? "" };
}

/** Ask now and then whether a search knows all products again, and read the list anew when it does. */
function useCatchingUp(search: string | undefined, readAt: number, renew: () => void): void {
  const { data } = useQuery({
    queryKey: ["search-freshness", search, readAt],
    queryFn: ({ signal }) => {
      const query = { search, limit: 1, fields: "id" };
      return ask(api.GET("/products", { params: { query }, signal }));
    },
    enabled: search !== undefined,
    refetchInterval: FRESHNESS_MS,
    gcTime: 0,
  });
  const isCurrent = search !== undefined && data?.search?.is_current === true;
  useEffect(() => {
    if (isCurrent) renew();
  }, [isCurrent, renew]);
}
