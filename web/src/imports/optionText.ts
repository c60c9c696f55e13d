/** The values of options as text, for the form and the summary of an import. */

import { formatCount, formatShare } from "../ui/format";
import { choiceLabel, type Option } from "./options";

/** Return the value of an option as the reader knows it: "Semicolon", "1,200". */
export function formatValue(option: Option, value: unknown): string {
  switch (option.kind) {
    case "choice":
      return choiceLabel(option.choices, String(value));
    case "count":
      return formatCount(Number(value));
    case "percent":
      return formatShare(Number(value));
  }
}

/** Return the value as it reads within a sentence: "semicolon", but "UTF-8". */
export function formatWithin(option: Option, value: unknown): string {
  const text = formatValue(option, value);
  const isName = /\d|[A-Z].*[A-Z]/.test(text); // names such as UTF-8 keep their case
  return isName ? text : text.toLowerCase();
}
