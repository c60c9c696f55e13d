/** The expected result of an import, according to a file's preview. */

import { messageFor } from "../../api/messages";
import { FIELDS, isNumeric, type ProductField } from "../../products/fields";
import { type Options, policyOf } from "../options";
import { hasBlankScope } from "./missing/scope";
import type { Preview } from "./preview";
import { findProblem } from "./problem";

export type Readiness =
  | "ready"
  | "doubtful" // most records would be rejected
  | "incomplete" // needs input, such as a column for the SKU
  | "empty"
  | "invalid";

/** Return the readiness of a file; `isWhole` says whether the preview covers all of it. */
export function assessPreview(preview: Preview, options: Options, isWhole: boolean): Readiness {
  if (hasBlankScope(options.scope)) return "incomplete";
  const problem = findProblem(preview, options);
  if (problem) return problem.place === "file" ? "invalid" : "incomplete";
  if (isWhole && !preview.error && hasNoRecords(preview)) return "empty";
  return describeRejects(preview) ? "doubtful" : "ready";
}

function hasNoRecords({ columns, records }: Preview): boolean {
  return columns.length > 0 && records.length === 0;
}

/** Describe the most common reason if most first records would be rejected; null otherwise. */
export function describeRejects({ records }: Preview): string | null {
  const rejects = records.flatMap(({ reject }) => reject ?? []);
  if (rejects.length * 2 <= records.length) return null;
  const codes = rejects.map(({ code }) => code);
  const countOf = (code: string) => codes.filter((other) => other === code).length;
  const [first] = rejects.toSorted((one, other) => countOf(other.code) - countOf(one.code));
  const reason = first ? messageFor(first) : "";
  if (records.length === 1) return `The first record can't be imported: ${reason}`;
  const of = `of the first ${records.length} records`;
  if (rejects.length === records.length) return `None ${of} can be imported: ${reason}`;
  return `${rejects.length} ${of} can't be imported. Most common reason: ${reason}`;
}

/** Describe what happens to numbers that the file doesn't have. */
export function describeMissingNumbers({ columns, records }: Preview, options: Options): string[] {
  if (columns.length === 0) return []; // there is no preview
  const columnOf = ({ name }: ProductField) => columns.findIndex(({ field }) => field === name);
  const numbers = FIELDS.filter(isNumeric);
  const absent = numbers.filter((field) => columnOf(field) < 0);
  const blank = numbers.filter((field) => {
    const i = columnOf(field);
    return i >= 0 && records.some(({ cells }) => cells[i]?.trim() === "");
  });
  const isUpdate = options.mode === "update"; // products keep what the file doesn't have
  return [
    ...(isUpdate ? [] : describeAbsent(absent)),
    ...blank.map((field) => describeBlank(field, options)),
  ];
}

function describeAbsent(fields: ProductField[]): string[] {
  const defaults = [...new Set(fields.map((field) => field.default))];
  return defaults.map((value) => {
    const labels = fields.filter((field) => field.default === value).map(labelOf);
    return `No ${labels.join(" or ")} column: new products default to ${value}; existing ones keep theirs.`;
  });
}

function describeBlank(field: ProductField, options: Options): string {
  const start = `Blank ${labelOf(field)}:`;
  switch (policyOf(options, field.name)) {
    case "keep":
      if (options.mode === "update") return `${start} products keep theirs.`;
      return `${start} existing products keep theirs; new products default to ${field.default}.`;
    case "clear":
      return `${start} the value is cleared.`;
    default:
      return `${start} set to ${field.default}. Change this under More options.`;
  }
}

function labelOf({ label }: ProductField): string {
  return label.toLowerCase();
}
