/** Who is signed in, and what they may do. */

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, ask, type Schema } from "../api/client";
import type { Scope } from "./scopes";
import { noteEnd } from "./token";

export type Caller = Schema["Caller"];

export const CALLER = ["caller"];
const KEPT_MS = 5 * 60_000;

export function useCaller() {
  const found = useQuery({ queryKey: CALLER, queryFn: () => readCaller(), staleTime: KEPT_MS });
  const endsAt = found.data?.expires_at ?? null;
  useEffect(() => noteEnd(endsAt), [endsAt]);
  return found;
}

/** Say whether the caller may do what needs this scope; no, for as long as nobody knows. */
export function useMay(scope: Scope): boolean {
  return useCaller().data?.scopes.includes(scope) ?? false;
}

/** Return whose a token is; without one, the token of the session. */
export function readCaller(token?: string): Promise<Caller> {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return ask(api.GET("/keys/current", { headers }));
}
