/** Keys as the API has them. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, nextCursor, type Schema } from "../api/client";
import { Once } from "../api/once";

export type Key = Schema["Key"];
export type NewKey = Schema["NewKey"];
export type CreateKey = Schema["CreateKey"];

const KEYS = ["keys"];
const PAGE = 100;

export function useKeys() {
  return useInfiniteQuery({
    queryKey: KEYS,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, cursor: pageParam || undefined };
      return ask(api.GET("/keys", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
  });
}

export function useMakeKey() {
  const queries = useQueryClient();
  const [once] = useState(() => new Once());
  return useMutation({
    mutationFn: (body: CreateKey) =>
      once.send(body, (header) => ask(api.POST("/keys", { body, params: { header } }))),
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
