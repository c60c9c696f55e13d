/** Filters that were typed and cannot be in effect: until they are mended the list is not what is meant. */

import { createContext, useContext, useEffect, useState } from "react";

type Note = (name: string, isInvalid: boolean) => void;

/** Where a filter says whether it is one; by its label. */
export const UnreadyFilters = createContext<Note>(() => {});

/** Return the filters that are none, by their labels, and what takes note of one. */
export function useUnreadyFilters(): [string[], Note] {
  const [names, setNames] = useState<string[]>([]);
  const [note] = useState<Note>(() => (name: string, isInvalid: boolean) => {
    setNames((before) => [
      ...before.filter((other) => other !== name),
      ...(isInvalid ? [name] : []),
    ]);
  });
  return [names, note];
}

/** Tell the view of a filter that is none, for as long as it is shown. */
export function useUnready(name: string, isInvalid: boolean): void {
  const note = useContext(UnreadyFilters);
  useEffect(() => {
    if (!isInvalid) return;
    note(name, true);
    return () => note(name, false);
  }, [note, name, isInvalid]);
}
