/** Descriptions of an import's settings: the field of each column, and the options. */

import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";
import { columnOf, describeColumn } from "../columnOptions";
import { describeLimit, describeMissing, describeScope, limitOf, missingOf } from "../missing";
import {
  BLANK_FIELDS,
  COLUMN_FIELDS,
  choiceLabel,
  findDetected,
  IGNORED,
  isUnset,
  OPTIONS,
  type Option,
  type Options,
  POLICIES,
  policyOf,
  usualPolicy,
} from "../options";
import { optionsOf } from "../optionsLike";
import { formatValue } from "../optionText";

type Settings = Pick<ImportJob, "options" | "detected">;

/** Return each column with its field, in the file's order if that is known. */
export function describeColumns({ detected }: Settings): [string, string][] {
  const columns = detected?.columns ?? {};
  const header = detected?.header ?? Object.keys(columns);
  return header.map((name) => [name, choiceLabel(COLUMN_FIELDS, columns[name] ?? IGNORED)]);
}

/** Return the format of the file, and the options that aren't the defaults. */
export function describeOptions(job: Settings): [string, string][] {
  const options = optionsOf(job);
  return [
    ...OPTIONS.flatMap((option) => describeOption(option, options, job)),
    ...describeBlanks(options),
    ...describeValues(options),
    ...describeWhole(options),
  ];
}

/** Describe how many products that the file doesn't name were changed, or will be; null if none. */
export function describeMissingCount(
  job: Settings & Pick<ImportJob, "status">,
  count: number,
): string | null {
  const missing = missingOf(optionsOf(job));
  if (!missing || !count) return null;
  const products = count === 1 ? "1 product" : `${formatCount(count)} products`;
  const verb = job.status === "PLANNED" ? "will be" : count === 1 ? "was" : "were";
  return `${products} missing from the file ${verb} ${describeMissing(missing)}.`;
}

/** Describe what happens to the products that the file doesn't name. */
function describeWhole(options: Options): [string, string][] {
  const missing = missingOf(options);
  if (!missing) return [];
  const { scope } = options;
  return [
    ["Missing products", `${describeScope(scope)}: ${describeMissing(missing)}`],
    ["Limit of missing products", describeLimit(missing, limitOf(options))],
  ];
}

function describeOption(option: Option, options: Options, job: Settings): [string, string][] {
  const detected = findDetected(option, job.detected);
  if (detected === null && isUnset(option, options)) return [];
  return [[option.label, formatValue(option, detected ?? options[option.name])]];
}

function describeBlanks(options: Options): [string, string][] {
  return BLANK_FIELDS.flatMap(({ name, label }): [string, string][] => {
    const policy = policyOf(options, name);
    if (policy === usualPolicy(options)) return [];
    return [[`Blank ${label.toLowerCase()}`, choiceLabel(POLICIES, policy)]];
  });
}

function describeValues(options: Options): [string, string][] {
  return Object.keys(options.columns).map((header) => [
    `Values of ${header}`,
    describeColumn(columnOf(options, header)).join("; "),
  ]);
}
