/** The kinds of scopes that the form can edit. */

import type { Scope } from "../../missing";

export type ScopeKind = "all" | "sku[prefix]" | "brand" | "profile" | "other";

/** Return the kind of a scope; "other" if a profile or another program made it. */
export function kindOf(scope: Scope | null): ScopeKind {
  const given = Object.entries(scope ?? {}).filter(([, value]) => value !== null);
  if (!given.length) return "all";
  const [name] = given.length === 1 ? (given[0] ?? []) : [];
  if (name === "sku[prefix]" || name === "brand" || name === "profile") return name;
  return "other";
}

/** Whether the scope lacks a text: without it, other products would be missing than intended. */
export function hasBlankScope(scope: Scope | null): boolean {
  return Object.values(scope ?? {}).includes("");
}
