/** Rejected records on their way to being good ones: cut into cells, changed, made a file of. */

import type { Schema } from "../../api/client";
import { wordsOf } from "../../api/words";
import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";
import { readRecord, writeRecord } from "./csv";

type Reject = Schema["Reject"];

/** The form of the file that the records come from. */
export interface FileForm {
  header: string[];
  /** What each column becomes, in the header's order. */
  uses: (string | null)[];
  delimiter: string;
}

/** A rejected record in cells. */
export interface Mendable {
  line: number;
  /** Why it was rejected. */
  message: string;
  /** The cell that is at fault; undefined where it is the record as a whole. */
  faultAt: number | undefined;
  /** What was in the cell at fault; it is checked anew only when imported. */
  faultText: string | undefined;
  /** At least as many as the header has; more where the record has. */
  cells: string[];
  /** Whether it differs from what was rejected. */
  isChanged: boolean;
}

/** Return the form of a job's file; undefined where too little of it is known to mend records. */
export function readForm({ detected }: Pick<ImportJob, "detected">): FileForm | undefined {
  if (!detected?.header?.length) return undefined;
  const { header, columns, delimiter } = detected;
  return { header, delimiter, uses: header.map((name) => columns[name] ?? null) };
}

/** Cut a rejected record into cells; undefined where the rest of it was not kept. */
export function cutReject(reject: Reject, form: FileForm): Mendable | undefined {
  if (reject.truncated) return undefined;
  const { line, field } = reject;
  // NUL bytes can neither be seen nor be meant: without them is the only way to mend them.
  const text = reject.record.replaceAll("\0", "");
  const cells = readRecord(text, form.delimiter);
  while (cells.length < form.header.length) cells.push("");
  const found = form.uses.flatMap((use, i) =>
    field && (use === field || form.header[i] === field) ? [i] : [],
  );
  const faultAt = found.length === 1 ? found[0] : undefined; // of several it may be any
  const faultText =
    faultAt === undefined ? undefined : (readRecord(reject.record, form.delimiter)[faultAt] ?? "");
  const isChanged = text !== reject.record;
  return { line, message: wordsOf(reject), faultAt, faultText, cells, isChanged };
}

/** Return the record with another text in one of its cells. */
export function changeCell(record: Mendable, at: number, text: string): Mendable {
  return { ...record, isChanged: true, cells: record.cells.with(at, text) };
}

/** Whether the cell at fault is as it was when the record was rejected. */
export function isStillAtFault({ cells, faultAt, faultText }: Mendable): boolean {
  return faultAt !== undefined && cells[faultAt] === faultText;
}

/** Whether the record has more cells than there are columns. */
export function hasTooMany(record: Mendable, { header }: FileForm): boolean {
  return record.cells.slice(header.length).some((cell) => cell !== "");
}

/** Whether what was wrong with the record was changed: it may be good now. */
export function isMended(record: Mendable, form: FileForm): boolean {
  return record.isChanged && !isStillAtFault(record) && !hasTooMany(record, form);
}

/** Say what keeps records that were changed from being mended. */
export function describeUnready(records: Mendable[], form: FileForm): string[] {
  const changed = records.filter(({ isChanged }) => isChanged);
  const long = changed.filter((record) => hasTooMany(record, form)).length;
  const wrong = changed.filter(isStillAtFault).length;
  return [
    ...(wrong
      ? [
          `${countRecords(wrong)} changed, but not where ${inflect(wrong, "it is", "they are")} wrong.`,
        ]
      : []),
    ...(long
      ? [`${countRecords(long)} still ${inflect(long, "has", "have")} more cells than the header.`]
      : []),
  ];
}

function countRecords(count: number): string {
  return `${formatCount(count)} ${inflect(count, "record", "records")}`;
}

function inflect(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** Make a file of the records that were mended, with the header of the one they come from. */
export function writeMended(records: Mendable[], form: FileForm, filename: string): File {
  const { header, delimiter } = form;
  const mended = records.filter((record) => isMended(record, form));
  const lines = [header, ...mended.map(({ cells }) => cells.slice(0, header.length))];
  const text = lines.map((cells) => writeRecord(cells, delimiter)).join("");
  return new File([text], nameMended(filename), { type: "text/csv" });
}

/** Name the file of mended records after the one they come from: "spring-mended.csv". */
export function nameMended(filename: string): string {
  const [, stem = filename, ending = ""] = /^(.*?)(?:-mended)?(\.[^.]*)?$/.exec(filename) ?? [];
  return `${stem.slice(0, 200)}-mended${ending}`;
}
