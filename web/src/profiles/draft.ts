/** The values of a profile's form. */

import { NO_CHANGES, setColumn } from "../imports/columnOptions";
import { COLUMN_FIELDS, type ColumnField, findChoice, type Options } from "../imports/options";

export interface ProfileDraft {
  name: string;
  options: Options;
  /** The column names of the files; empty if they aren't known. */
  header: string[];
}

/** Return the columns that a profile knows: those of its files, and those that it has options of. */
export function listColumns({ header, options: { mapping, columns } }: ProfileDraft): string[] {
  return [...new Set([...header, ...Object.keys(mapping), ...Object.keys(columns)])];
}

/** Return the columns that may become attributes: those without another assignment. */
export function listAttributes(draft: ProfileDraft): string[] {
  const { mapping } = draft.options;
  return listColumns(draft).filter((name) =>
    [undefined, "attributes"].includes(mapping[name] ?? undefined),
  );
}

/** Return the options without the assignment of a column, which is then detected. */
export function detectField(options: Options, header: string): Options {
  const mapping = Object.entries(options.mapping).filter(([name]) => name !== header);
  return { ...options, mapping: Object.fromEntries(mapping) };
}

/** Return the options without a column. */
export function forgetColumn(options: Options, header: string): Options {
  return setColumn(detectField(options, header), header, NO_CHANGES);
}

/** What a column is in the form: a field, ignored, or detected in each file. */
export type ColumnChoice = { isDetected: true } | { isDetected: false; field: ColumnField };

export function readChoice(text: string): ColumnChoice {
  if (text === DETECTED) return { isDetected: true };
  return { isDetected: false, field: findChoice(COLUMN_FIELDS, text) };
}

export const DETECTED = "detected";

/** Return a file's name without its endings: a profile is for many files. */
export function stemOf(filename: string): string {
  const unpacked = filename.replace(/(?<=.)\.(gz|zst|bz2|xz|zip)$/i, "");
  return unpacked.replace(/(?<=.)\.[a-z]\w{1,4}$/i, "").slice(0, 100);
}
