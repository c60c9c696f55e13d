/** Descriptions of the scopes. */

import type { components } from "../api/schema";

export type Scope = components["schemas"]["Key"]["scopes"][number];

export const SCOPES: Record<Scope, string> = {
  "products:read": "View, search and filter products",
  "products:write": "Create, edit and delete products, also in bulk",
  "imports:write": "Import files; cancel and retry imports; edit profiles",
  "webhooks:write": "View, create, edit, test and replay webhooks",
  "keys:write": "View, create and revoke keys, up to its own scopes",
};

/** Return all scopes in display order. */
export function listScopes(): Scope[] {
  return Object.keys(SCOPES).filter((name): name is Scope => name in SCOPES);
}

/** Summarize scopes: "All scopes", their names, or "No scopes". */
export function nameScopes(scopes: readonly Scope[]): string {
  if (scopes.length === listScopes().length) return "All scopes";
  return scopes.length ? scopes.join(", ") : "No scopes";
}
