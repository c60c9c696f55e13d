/** The problem that prevents an import, and the place on the page to solve it. */

import { messageFor } from "../../api/messages";
import { fieldErrors } from "../../api/problems";
import { FIELDS } from "../../products/fields";
import { OPTIONS, type Option, type Options } from "../options";
import type { Preview } from "./preview";

/** An option, the mapping of the columns, or the file as a whole. */
export type Place = Option["name"] | "columns" | "file";

export interface Problem {
  place: Place;
  text: string;
}

const PLACES: Record<string, Place> = {
  header_incomplete: "columns",
  mapping_unknown_column: "columns",
  mapping_repeated_field: "columns",
  header_not_utf8: "encoding",
  header_has_nul: "encoding",
};

/** The code for a file that can be imported, but whose head doesn't show what is in it. */
export const NO_PREVIEW = "preview_unavailable";

/** Return the problem that prevents an import and where to solve it, or null. */
export function findProblem(
  { error, columns, members }: Preview,
  { mode }: Pick<Options, "mode">,
): Problem | null {
  if (!error || error.code === NO_PREVIEW) return null;
  if (error.code === "archive_has_several_files" && members.length) {
    return { place: "member", text: "Choose the file to import." };
  }
  const place = PLACES[error.code] ?? findPlace(error.message);
  if (error.code !== "header_incomplete") return { place, text: messageFor(error) };
  const missing = FIELDS.filter(
    ({ name, required }) => required && !columns.some(({ field }) => field === name),
  ).filter(({ name }) => name === "sku" || mode !== "update");
  if (!missing.length) return { place, text: messageFor(error) };
  const labels = missing.map(({ name, label }) => (name === "sku" ? label : label.toLowerCase()));
  const isNameOnly = missing.every(({ name }) => name === "name");
  const advice = isNameOnly ? ", or set the mode to Update existing only" : "";
  return { place, text: `Choose a column for ${labels.join(" and ")}${advice}.` };
}

/** Return the place of the option that a message advises to set. */
function findPlace(message: string): Place {
  const [, named] = /\boptions\.(\w+)/.exec(message) ?? [];
  if (named === "mapping") return "columns";
  return OPTIONS.find(({ name }) => name === named)?.name ?? "file";
}

/** Return the first option whose value the API doesn't accept, and why, or null. */
export function findInvalidOption(error: unknown): Problem | null {
  const fields = fieldErrors(error);
  const invalid = OPTIONS.find(({ name }) => fields[`options.${name}`]);
  return invalid ? { place: invalid.name, text: fields[`options.${invalid.name}`] ?? "" } : null;
}

/** Whether some of the first records have bytes that are invalid in the encoding. */
export function hasUndecodedText({ records }: Preview): boolean {
  return records.some(({ cells, reject }) => {
    return reject?.code === "invalid_encoding" || (!reject && cells.join().includes("\ufffd"));
  });
}
