/** What was detected in a file, for the options that aren't set. */

import { findDetected, OPTIONS, type Option, type Options } from "../options";
import { formatWithin } from "../optionText";
import type { Preview } from "./preview";

/** Return the name of an option's empty choice: "Detected: semicolon". */
export function describeDetected(option: Option, options: Options, preview: Preview): string {
  const detected = options[option.name] === null ? findDetected(option, preview) : null;
  return detected === null ? "Detected" : `Detected: ${formatWithin(option, detected)}`;
}

/** Summarize how the file is read, as chosen or detected: "comma, UTF-8". */
export function summarizeReading(options: Options, preview: Preview): string {
  const known = OPTIONS.filter(({ group }) => group === "file").flatMap((option) => {
    const value = options[option.name] ?? findDetected(option, preview);
    return value === null ? [] : [formatWithin(option, value)];
  });
  return known.join(", ");
}
