/** What a key may do, in plain words. */

import type { components } from "../api/schema";

export type Scope = components["schemas"]["Key"]["scopes"][number];

export const SCOPES: Record<Scope, string> = {
  "products:read": "See, search and filter products",
  "products:write": "Make, change and delete products, also in bulk",
  "imports:write": "Import files, and cancel or retry imports",
  "webhooks:write": "See, make, change, test and replay webhooks",
  "keys:write": "See, make and revoke keys, with scopes of its own",
};

/** Return the scopes in their one order. */
export function listScopes(): Scope[] {
  return Object.keys(SCOPES).filter((name): name is Scope => name in SCOPES);
}

/** Say in short what a caller may do: "All scopes", their names, or that there is none. */
export function nameScopes(scopes: readonly Scope[]): string {
  if (scopes.length === listScopes().length) return "All scopes";
  return scopes.length ? scopes.join(", ") : "No scopes";
}
