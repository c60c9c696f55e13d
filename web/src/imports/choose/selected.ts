/** The selected file: the one the reader picked, or the first that wasn't dismissed. */

import { useState } from "react";
import type { UploadSnapshot } from "../upload/upload";

interface Choice {
  picked: string | undefined;
  /** The files in the list when an import was started. */
  dismissed: ReadonlySet<string>;
}

const NONE_PICKED: Choice = { picked: undefined, dismissed: new Set() };

/**
 * Return the selected file, a function that selects one, and one that dismisses all.
 *
 * A file never replaces one that was just started, or a double click would start it too.
 */
export function useSelectedUpload(uploads: UploadSnapshot[]) {
  const [choice, setChoice] = useState(NONE_PICKED);
  return {
    selected: findSelected(uploads, choice),
    select: (picked: string) => setChoice({ ...choice, picked }),
    dismissAll: () =>
      setChoice({ picked: undefined, dismissed: new Set(uploads.map(({ id }) => id)) }),
  };
}

export function findSelected<T extends Pick<UploadSnapshot, "id" | "state">>(
  uploads: T[],
  { picked, dismissed }: Choice,
): T | undefined {
  const chosen = uploads.filter(({ state }) => state.status === "chosen");
  return chosen.find(({ id }) => id === picked) ?? chosen.find(({ id }) => !dismissed.has(id));
}
