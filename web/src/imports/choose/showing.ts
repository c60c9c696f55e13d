/** Which file is looked at: the one that was picked, or one that nobody has passed over yet. */

import { useState } from "react";
import type { ShownUpload } from "../upload/upload";

interface Choice {
  wanted: string | undefined;
  /** Those that were listed when an import was started. */
  passed: ReadonlySet<string>;
}

const NOTHING_CHOSEN: Choice = { wanted: undefined, passed: new Set() };

/**
 * Return the file that is looked at, how to look at one, and how to look at none of them.
 *
 * A file does not take the place of one that was started: whoever presses twice would start it, too.
 */
export function useShown(uploads: ShownUpload[]) {
  const [choice, setChoice] = useState(NOTHING_CHOSEN);
  return {
    selected: findShown(uploads, choice),
    select: (wanted: string) => setChoice({ ...choice, wanted }),
    passAll: () => setChoice({ wanted: undefined, passed: new Set(uploads.map(({ id }) => id)) }),
  };
}

export function findShown<T extends Pick<ShownUpload, "id" | "state">>(
  uploads: T[],
  { wanted, passed }: Choice,
): T | undefined {
  const chosen = uploads.filter(({ state }) => state.at === "chosen");
  return chosen.find(({ id }) => id === wanted) ?? chosen.find(({ id }) => !passed.has(id));
}
