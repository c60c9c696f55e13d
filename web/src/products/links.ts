/** Ways within the view: each keeps the list as it is. */

import { goTo, linkTo } from "../app/route";
import { type FilterName, type ListState, writeState } from "./filters";

export function linkToList(state: ListState): string {
  return linkTo("products", writeState(state));
}

export function linkToProduct(id: number | "new", state: ListState): string {
  return linkTo(`products/${id}`, writeState(state));
}

export function showList(state: ListState, how?: { replace: boolean }): void {
  goTo(linkToList(state), how);
}

/** Return the list with one filter set; with an empty text, without it. */
export function withFilter(state: ListState, name: FilterName, value: string): ListState {
  const { [name]: _, ...others } = state.filters;
  return { ...state, filters: value ? { ...others, [name]: value } : others };
}
