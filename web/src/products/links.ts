/** Links within the view; each keeps the state of the list. */

import { goTo, linkTo } from "../app/route";
import { type ListState, writeState } from "./filters";

export function linkToList(state: ListState): string {
  return linkTo("products", writeState(state));
}

export function linkToProduct(id: number | "new", state: ListState): string {
  return linkTo(`products/${id}`, writeState(state));
}

export function showList(state: ListState, how?: { replace: boolean }): void {
  goTo(linkToList(state), how);
}

/** Return the list with a filter set, or removed if the value is empty. */
export function withFilter(state: ListState, name: string, value: string): ListState {
  const { [name]: _, ...others } = state.filters;
  return { ...state, filters: value ? { ...others, [name]: value } : others };
}
