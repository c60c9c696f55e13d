/** Keys as the API has them. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask, nextCursor, once, type Schema } from "../api/client";

export type Key = Schema["Key"];
export type NewKey = Schema["NewKey"];
export type CreateKey = Schema["CreateKey"];

const KEYS = ["keys"];
const PAGE = 100;

export function useKeys() {
  return useInfiniteQuery({
    queryKey: KEYS,
    queryFn: ({ pageParam }) =>
      ask(api.GET("/keys", { params: { query: { limit: PAGE, cursor: pageParam || undefined } } })),
    initialPageParam: "",
    getNextPageParam: nextCursor,
  });
}

export function useMakeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateKey) => ask(api.POST("/keys", { body, params: { header: once() } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
}

export function useRevokeKey(onSuccess: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (keyId: string) => {
      const params = { path: { key_id: keyId } };
      await ask(api.DELETE("/keys/{key_id}", { params }));
    },
    onSuccess: () => {
      onSuccess(); // it may end the session, with which the list goes
      return queries.invalidateQueries({ queryKey: KEYS });
    },
  });
}
