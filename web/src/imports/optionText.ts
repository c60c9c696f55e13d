/** The values of options as text, for the form and the summary of an import. */

import { formatCount, formatShare } from "../ui/format";
import { describeMissing, missingOf } from "./missing";
import { type Choices, choiceLabel, isUnset, OPTIONS, type Option, type Options } from "./options";

/** What a match by an attribute begins with. */
export const ATTRIBUTE = "attributes.";
export const MATCHES: Choices = [
  ["sku", "SKU"],
  ["id", "Product ID"],
];

/** Return the value of an option as the reader knows it: "Semicolon", "1,200". */
export function formatValue(option: Option, value: unknown): string {
  switch (option.kind) {
    case "choice":
      return choiceLabel(option.choices, String(value));
    case "count":
      return formatCount(Number(value));
    case "percent":
      return formatShare(Number(value));
    case "columns":
      return Array.isArray(value) ? value.join(", ") : "";
    case "text":
      return String(value);
    case "match":
      return choiceLabel(MATCHES, String(value)).replace(ATTRIBUTE, "");
  }
}

/** Return the value as it reads within a sentence: "semicolon", but "UTF-8". */
export function formatWithin(option: Option, value: unknown): string {
  const text = formatValue(option, value);
  const isName = option.name === "format" || /\d|[A-Z].*[A-Z]/.test(text);
  return isName || option.kind !== "choice" ? text : text.toLowerCase();
}

function countColumns(count: number): string {
  return count === 1 ? "1 column" : `${count} columns`;
}

/** List the options that are set: "Delimiter: semicolon · 2 columns assigned". */
export function summarizeOptions(options: Options): string {
  const set = OPTIONS.filter((option) => !isUnset(option, options));
  const assigned = Object.keys(options.mapping).length;
  const changed = Object.keys(options.columns).length;
  const missing = missingOf(options);
  return [
    ...set.map((option) => `${option.label}: ${formatWithin(option, options[option.name])}`),
    ...(assigned ? [`${countColumns(assigned)} assigned`] : []),
    ...(changed ? [`values of ${countColumns(changed)} changed`] : []),
    ...(missing ? [`missing products ${describeMissing(missing)}`] : []),
  ].join(" · ");
}
