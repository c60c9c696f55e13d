/** Fixing rejected records: parsing them into cells, editing cells, writing a new file. */

import type { Schema } from "../../api/client";
import { messageFor } from "../../api/messages";
import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";
import { parseRecord, writeRecord } from "./csv";

type Reject = Schema["Reject"];

/** The format of the records' original file. */
export interface FileFormat {
  header: string[];
  /** The field of each column, in the header's order. */
  fields: (string | null)[];
  delimiter: string;
}

/** A rejected record as cells. */
export interface FixableRecord {
  line: number;
  /** The line of the row that begins its group, if that is another. */
  groupLine: number | null;
  /** Why it was rejected. */
  message: string;
  /** The index of the invalid cell; undefined if the whole record is invalid. */
  errorColumn: number | undefined;
  /** The original text of the invalid cell. Changes are validated only by the import. */
  originalText: string | undefined;
  /** At least as many as the header has; more if the record has more. */
  cells: string[];
  /** Whether it differs from what was rejected. */
  isChanged: boolean;
}

/** Return the format of a job's file; undefined if it isn't fully known. */
export function findFileFormat({ detected }: Pick<ImportJob, "detected">): FileFormat | undefined {
  if (!detected?.header?.length) return undefined;
  const { header, columns, delimiter } = detected;
  return { header, delimiter, fields: header.map((name) => columns[name] ?? null) };
}

/** Parse a rejected record into cells; undefined if only part of it was stored. */
export function parseReject(reject: Reject, format: FileFormat): FixableRecord | undefined {
  if (reject.truncated) return undefined;
  const { line, field, group_line: groupLine } = reject;
  // NUL bytes are invisible and never intended; removing them is the only fix.
  const text = reject.record.replaceAll("\0", "");
  const cells = parseRecord(text, format.delimiter);
  while (cells.length < format.header.length) cells.push("");
  const found = format.fields.flatMap((columnField, i) =>
    field && (columnField === field || format.header[i] === field) ? [i] : [],
  );
  const errorColumn = found.length === 1 ? found[0] : undefined; // if several match, the cell is unknown
  const originalText =
    errorColumn === undefined
      ? undefined
      : (parseRecord(reject.record, format.delimiter)[errorColumn] ?? "");
  const isChanged = text !== reject.record;
  const message = messageFor(reject);
  return { line, groupLine, message, errorColumn, originalText, cells, isChanged };
}

/** Return the record with one cell changed. */
export function changeCell(record: FixableRecord, at: number, text: string): FixableRecord {
  return { ...record, isChanged: true, cells: record.cells.with(at, text) };
}

/** Whether the invalid cell still has its original text. */
export function isUnchangedError({ cells, errorColumn, originalText }: FixableRecord): boolean {
  return errorColumn !== undefined && cells[errorColumn] === originalText;
}

/** Whether the record has more cells than there are columns. */
export function hasExtraCells(record: FixableRecord, { header }: FileFormat): boolean {
  return record.cells.slice(header.length).some((cell) => cell !== "");
}

/** Whether the error was edited, so that the record may be valid now. */
export function isFixed(record: FixableRecord, format: FileFormat): boolean {
  return record.isChanged && !isUnchangedError(record) && !hasExtraCells(record, format);
}

/** Describe why changed records aren't fixed yet. */
export function describeUnfixed(records: FixableRecord[], format: FileFormat): string[] {
  const changed = records.filter(({ isChanged }) => isChanged);
  const long = changed.filter((record) => hasExtraCells(record, format)).length;
  const wrong = changed.filter(isUnchangedError).length;
  return [
    ...(wrong
      ? [`${countRecords(wrong)} changed, but not the invalid ${inflect(wrong, "cell", "cells")}.`]
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

/** Return the rows that rejected rows may need to be read, by line: those that begin groups. */
export function findGroupRows(rejects: Reject[]): Map<number, string> {
  const rows = new Map<number, string>();
  for (const { line, record, group_line, group_record } of rejects) {
    rows.set(line, record);
    if (group_line !== null && group_record !== null) rows.set(group_line, group_record);
  }
  return rows;
}

/** Write the fixed records to a rejects file: each has its line, and the row that completes it. */
export function writeFixedFile(
  records: FixableRecord[],
  format: FileFormat,
  filename: string,
  groupRows: ReadonlyMap<number, string> = new Map(),
): File {
  const { header, delimiter } = format;
  const fixed = records.filter((record) => isFixed(record, format));
  const lines = [["_line", "_code", "_message", ...header]];
  let group: number | undefined;
  for (const { line, groupLine, cells } of fixed) {
    const first = groupLine && groupLine !== group ? groupRows.get(groupLine) : undefined;
    if (first !== undefined) {
      lines.push([String(groupLine), "group_row", "", ...parseRecord(first, delimiter)]);
    }
    group = groupLine ?? line;
    lines.push([String(line), "", "", ...cells.slice(0, header.length)]);
  }
  const text = lines.map((cells) => writeRecord(cells, delimiter)).join("");
  return new File([text], fixedFilename(filename), { type: "text/csv" });
}

/** Return the name of the file of fixed records: "spring-fixed.csv". */
export function fixedFilename(filename: string): string {
  const [, stem = filename, ending = ""] = /^(.*?)(?:-fixed)?(\.[^.]*)?$/.exec(filename) ?? [];
  return `${stem.slice(0, 200)}-fixed${ending}`;
}
