/** How an import's file was read, in words: what each column became, and what was chosen. */

import type { ImportJob } from "../../jobs/job";
import { formatCount, formatPart } from "../../ui/format";
import {
  DELIMITERS,
  ENCODINGS,
  nameOf,
  type Options,
  optionsLike,
  POLICIES,
  USES,
} from "../options";

type Read = Pick<ImportJob, "options" | "detected">;

/** Return each column with what it became, in the file's order where that is known. */
export function describeColumns({ detected }: Read): [string, string][] {
  const columns = detected?.columns ?? {};
  const header = detected?.header ?? Object.keys(columns);
  return header.map((name) => [name, nameOf(USES, columns[name] ?? "Left out")]);
}

/** Return how its cells and letters were read, and the options that are not the usual ones. */
export function describeOptions(job: Read): [string, string][] {
  const options = optionsLike(job);
  const encoding = job.detected?.encoding.replace(/-[lb]e$/, "") ?? "";
  return [
    ["Cells are separated by", nameOf(DELIMITERS, options.delimiter ?? "")],
    ["Letters are encoded as", nameOf(ENCODINGS, encoding)],
    ...describeBlanks(options),
    ...describeLimits(options),
  ];
}

function describeBlanks({ blank }: Options): [string, string][] {
  return USES.flatMap(([field, name]): [string, string][] => {
    const policy = Object.entries(blank).find(([one]) => one === field)?.[1];
    if (!policy || policy === "default") return [];
    return [[`Where ${name.toLowerCase()} is blank`, nameOf(POLICIES, policy)]];
  });
}

function describeLimits({ max_rejects, max_reject_rate }: Options): [string, string][] {
  const limits: string[] = [];
  if (max_rejects !== null) limits.push(formatCount(max_rejects));
  if (max_reject_rate !== null) limits.push(formatPart(max_reject_rate));
  return limits.map((limit) => ["Rejected, at most", limit]);
}
