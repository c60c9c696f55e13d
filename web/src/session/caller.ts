/** The signed-in caller and its scopes. */

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, request, type Schema } from "../api/client";
import type { Scope } from "./scopes";
import { noteExpiry } from "./token";

export type Caller = Schema["Caller"];

export const CALLER = ["caller"];
const STALE_AFTER_MS = 5 * 60_000;

export function useCaller() {
  const found = useQuery({
    queryKey: CALLER,
    queryFn: () => readCaller(),
    staleTime: STALE_AFTER_MS,
  });
  const expiresAt = found.data?.expires_at ?? null;
  useEffect(() => noteExpiry(expiresAt), [expiresAt]);
  return found;
}

/** Whether the caller has a scope; false until the caller is known. */
export function useHasScope(scope: Scope): boolean {
  return useCaller().data?.scopes.includes(scope) ?? false;
}

/** Return the caller of a token, by default the session's. */
export function readCaller(token?: string): Promise<Caller> {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return request(api.GET("/keys/current", { headers }));
}
