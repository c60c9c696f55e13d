/** What an import would come to, as far as a file's head can tell. */

import { wordsOf } from "../../api/words";
import type { Options } from "../options";
import type { Preview } from "./preview";
import { findProblem } from "./problem";

export type Verdict =
  | "ready"
  | "doubtful" // it could be imported, and most records would be rejected
  | "open" // something has to be chosen first
  | "empty"
  | "impossible";

/** `isWhole`: whether the head that was looked at is all of the file. */
export function judge(preview: Preview, isWhole: boolean): Verdict {
  const problem = findProblem(preview);
  if (problem) return problem.place === "file" ? "impossible" : "open";
  if (isWhole && hasNoRecords(preview)) return "empty";
  return foretellRejects(preview) ? "doubtful" : "ready";
}

function hasNoRecords({ columns, records }: Preview): boolean {
  return columns.length > 0 && records.length === 0;
}

/** Say that most of the first records would be rejected, and the commonest reason; null if they would not. */
export function foretellRejects({ records }: Preview): string | null {
  const rejects = records.flatMap(({ reject }) => reject ?? []);
  if (rejects.length * 2 <= records.length) return null;
  const codes = rejects.map(({ code }) => code);
  const times = (code: string) => codes.filter((other) => other === code).length;
  const [first] = rejects.toSorted((one, other) => times(other.code) - times(one.code));
  const why = first ? wordsOf(first) : "";
  if (records.length === 1) return `The first record cannot be imported: ${why}`;
  const of = `of the first ${records.length} records`;
  if (rejects.length === records.length) return `None ${of} can be imported: ${why}`;
  return `${rejects.length} ${of} cannot be imported, most because: ${why}`;
}

const NUMBERS = ["price", "quantity"] as const;

/** Say what becomes of the prices and quantities that a file does not have. */
export function foretellNumbers({ columns, records }: Preview, { blank }: Options): string[] {
  const at = (field: string) => columns.findIndex((column) => column.field === field);
  const absent = NUMBERS.filter((field) => at(field) < 0);
  const blanks = NUMBERS.filter((field) => {
    const i = at(field);
    return i >= 0 && records.some(({ cells }) => cells[i]?.trim() === "");
  });
  const none = `No column is the ${absent.join(" or the ")}: new products get 0, others keep theirs.`;
  return [...(absent.length ? [none] : []), ...blanks.map((field) => foretellBlank(field, blank))];
}

function foretellBlank(field: (typeof NUMBERS)[number], blank: Options["blank"]): string {
  switch (blank[field]) {
    case "keep":
      return `Where the ${field} is blank, products keep theirs; new ones get 0.`;
    case "clear":
      return `Where the ${field} is blank, the product has none.`;
    default:
      return `Where the ${field} is blank, it becomes 0. More options has other ways.`;
  }
}
