/** Queries and mutations of keys. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, nextCursor, request, type Schema } from "../api/client";
import { IdempotentRequest } from "../api/idempotency";

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
      return request(api.GET("/keys", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
  });
}

export function useCreateKey() {
  const queries = useQueryClient();
  const [idempotent] = useState(() => new IdempotentRequest());
  return useMutation({
    mutationFn: (body: CreateKey) =>
      idempotent.send(body, (header) => request(api.POST("/keys", { body, params: { header } }))),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
}

export function useRevokeKey(onSuccess: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (keyId: string) => {
      const params = { path: { key_id: keyId } };
      await request(api.DELETE("/keys/{key_id}", { params }));
    },
    onSuccess: () => {
      onSuccess(); // may end the session, which clears the cache
      return queries.invalidateQueries({ queryKey: KEYS });
    },
  });
}
