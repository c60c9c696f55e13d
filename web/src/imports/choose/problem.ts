/** What keeps a file from being imported, and where on the page that is mended. */

import { wordsOf } from "../../api/words";
import type { Preview } from "./preview";

export type Place = "columns" | "encoding" | "file";

const PLACES: Record<string, Place> = {
  header_incomplete: "columns",
  mapping_unknown_column: "columns",
  mapping_repeated_field: "columns",
  encoding_unsupported: "encoding",
  header_not_utf8: "encoding",
  header_has_nul: "encoding",
};

/** Return what keeps a file from being imported, in words of this page, and where to mend it. */
export function findProblem({ error, columns }: Preview): { place: Place; text: string } | null {
  if (!error) return null;
  const place = PLACES[error.code] ?? "file";
  if (error.code !== "header_incomplete") return { place, text: wordsOf(error) };
  const missing = [
    !columns.some(({ field }) => field === "sku") && "the SKU",
    !columns.some(({ field }) => field === "name") && "the name",
  ].filter(Boolean);
  const text = `Choose which column is ${missing.join(" and which is ")}.`;
  return { place, text };
}

/** Whether some of the first records have bytes that the encoding does not know. */
export function hasStrangeLetters({ records }: Preview): boolean {
  return records.some(({ cells, reject }) => {
    return reject?.code === "invalid_encoding" || (!reject && cells.join().includes("\ufffd"));
  });
}
