/** The problem that prevents an import, and the place on the page to solve it. */

import { messageFor } from "../../api/messages";
import { FIELDS } from "../../products/fields";
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

/** Return the problem that prevents an import and where to solve it, or null. */
export function findProblem({ error, columns }: Preview): { place: Place; text: string } | null {
  if (!error) return null;
  const place = PLACES[error.code] ?? "file";
  if (error.code !== "header_incomplete") return { place, text: messageFor(error) };
  const missing = FIELDS.filter(
    ({ name, required }) => required && !columns.some(({ field }) => field === name),
  ).map(({ name, label }) => (name === "sku" ? label : label.toLowerCase()));
  const text = `Choose a column for ${missing.join(" and ")}.`;
  return { place, text };
}

/** Whether some of the first records have bytes that are invalid in the encoding. */
export function hasUndecodedText({ records }: Preview): boolean {
  return records.some(({ cells, reject }) => {
    return reject?.code === "invalid_encoding" || (!reject && cells.join().includes("\ufffd"));
  });
}
