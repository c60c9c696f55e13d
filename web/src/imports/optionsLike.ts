/** The options of an earlier import, for a file of its records. */

import type { ImportJob } from "../jobs/job";
import { KEEP_MISSING, type MissingOptions } from "./missing";
import {
  BLANK_FIELDS,
  type Blank,
  COLUMN_FIELDS,
  findChoice,
  findDetected,
  NO_OPTIONS,
  OPTIONS,
  type Option,
  type Options,
  type OptionValue,
  readProperty,
} from "./options";

/** Return options that read a UTF-8 file of an earlier import's records as that import did. */
export function optionsLike(job: Pick<ImportJob, "options" | "detected">): Options {
  return {
    ...optionsOf(job),
    encoding: "utf-8",
    member: null,
    sheet: null,
    header_line: null, // the records are written below one header row
    ...KEEP_MISSING, // the file has only some of the records
  };
}

/** Return the options of an earlier import, given or detected. */
export function optionsOf(job: Pick<ImportJob, "options" | "detected">): Options {
  const fields = Object.entries(job.detected?.columns ?? {}).map(
    ([header, field]) => [header, findChoice(COLUMN_FIELDS, field ?? "")] as const,
  );
  const values = OPTIONS.map((option) => [option.name, valueLike(option, job)]);
  return {
    ...NO_OPTIONS,
    ...Object.fromEntries(values),
    mapping: Object.fromEntries(fields),
    columns: columnsLike(job.options.columns),
    blank: blankLike(job.options.blank),
    ...missingLike(job.options),
  };
}

/** Return what happens to missing products. The API sends no other values than it accepts. */
function missingLike(given: ImportJob["options"]): MissingOptions {
  const sent = Object.keys(KEEP_MISSING).map((name) => [name, readProperty(given, name) ?? null]);
  return Object.fromEntries(sent) as MissingOptions;
}

function valueLike(option: Option, job: Pick<ImportJob, "options" | "detected">): OptionValue {
  const given = readProperty(job.options, option.name);
  switch (option.kind) {
    case "choice": {
      const value = String(findDetected(option, job.detected) ?? given);
      return findChoice(option.choices, value) ?? option.unset;
    }
    case "columns":
      return Array.isArray(given) ? given.map(String) : option.unset;
    case "text":
    case "match":
      return typeof given === "string" ? given : option.unset;
    default:
      return typeof given === "number" ? given : option.unset;
  }
}

function columnsLike(given: unknown): Options["columns"] {
  return { ...(typeof given === "object" ? (given as Options["columns"]) : {}) };
}

function blankLike(given: unknown): Blank {
  const policies = BLANK_FIELDS.map(({ name, blank }) => {
    const policy = blank.find((one) => one === readProperty(given, name)) ?? null;
    return [name, policy];
  });
  return Object.fromEntries(policies) as Blank;
}
