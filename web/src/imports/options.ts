/** How a file is to be read, in the API's words and in those of people. */

import type { Schema } from "../api/client";
import type { ImportJob } from "../jobs/job";

/** All of them, so that what is shown for one that nobody chose is not guessed. */
export type Options = Required<Schema["ImportOptions"]>;
export type Blank = Required<Schema["BlankOptions"]>;
export type Delimiter = NonNullable<Options["delimiter"]>;
export type Encoding = NonNullable<Options["encoding"]>;
/** What a column becomes; null is left out. */
export type Use = Schema["PreviewColumn"]["field"];

export const NO_BLANK: Blank = { description: null, price: null, quantity: null, active: null };

export const NO_OPTIONS: Options = {
  delimiter: null,
  encoding: null,
  mapping: {},
  blank: NO_BLANK,
  max_rejects: null,
  max_reject_rate: null,
};

export const USES: [NonNullable<Use>, string][] = [
  ["sku", "SKU"],
  ["name", "Name"],
  ["description", "Description"],
  ["price", "Price"],
  ["quantity", "Quantity"],
  ["active", "Active"],
  ["attributes", "An attribute"],
];

export const DELIMITERS: [Delimiter, string][] = [
  [",", "Comma"],
  [";", "Semicolon"],
  ["\t", "Tab"],
  ["|", "Pipe"],
];

export const ENCODINGS: [Encoding, string][] = [
  ["utf-8", "UTF-8"],
  ["utf-16", "UTF-16"],
  ["latin-1", "Latin-1 (ISO 8859-1)"],
  ["cp1252", "Windows-1252"],
];

/** Return the member of a list of choices that a select's value is; null where it is none. */
export function pick<T extends string>(choices: [T, string][], value: string): T | null {
  return choices.find(([choice]) => choice === value)?.[0] ?? null;
}

export function nameOf(choices: [string, string][], value: string): string {
  return choices.find(([choice]) => choice === value)?.[1] ?? value;
}

/** Return the options in which a column is what was chosen, and no other column is the same field. */
export function chooseUse(options: Options, header: string, use: Use): Options {
  const others = Object.entries(options.mapping ?? {}).filter(
    ([name, other]) => name !== header && (other !== use || !isField(use)),
  );
  return { ...options, mapping: Object.fromEntries([...others, [header, use]]) };
}

/** Return what a column is to become: what was chosen, though the preview may not say so yet. */
export function readUse({ mapping }: Options, header: string, told: Use): Use {
  const chosen = new Map(Object.entries(mapping ?? {})).get(header);
  return chosen === undefined ? told : chosen;
}

/** Return the options of an import that reads records of another one's file, in UTF-8 again. */
export function optionsLike({
  options,
  detected,
}: Pick<ImportJob, "options" | "detected">): Options {
  const { blank, max_rejects, max_reject_rate } = options;
  const uses = Object.entries(detected?.columns ?? {}).map(
    ([header, use]) => [header, pick(USES, use ?? "")] as const,
  );
  return {
    delimiter: pick(DELIMITERS, detected?.delimiter ?? ""),
    encoding: "utf-8",
    mapping: Object.fromEntries(uses),
    blank: readBlank(blank),
    max_rejects: typeof max_rejects === "number" ? max_rejects : null,
    max_reject_rate: typeof max_reject_rate === "number" ? max_reject_rate : null,
  };
}

export const POLICIES: ["default" | "keep" | "clear", string][] = [
  ["default", "Usual value"],
  ["keep", "Keep what the product has"],
  ["clear", "Clear it"],
];

function readBlank(given: unknown): Blank {
  const asked = new Map(Object.entries(typeof given === "object" && given ? given : {}));
  const policyOf = (field: string) => pick(POLICIES, String(asked.get(field)));
  const active = policyOf("active");
  return {
    description: policyOf("description"),
    price: policyOf("price"),
    quantity: policyOf("quantity"),
    active: active === "clear" ? null : active,
  };
}

function isField(use: Use): boolean {
  return use !== null && use !== "attributes";
}
