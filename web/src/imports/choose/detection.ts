/** What was detected in a file, for the options that aren't set. */

import {
  findDetected,
  findEvidence,
  isUnset,
  OPTIONS,
  type Option,
  type Options,
} from "../options";
import { formatWithin } from "../optionText";
import type { UploadSnapshot } from "../upload/upload";
import type { OptionState } from "./OptionGroups";
import type { Preview } from "./preview";
import { hasUndecodedText, type Problem } from "./problem";

/** Which files an option is for, by their names. */
const FILES: Record<string, RegExp | undefined> = {
  member: /\.zip$/i,
  sheet: /\.(xlsx?|ods|zip)$/i,
};

/** Return what the form says about an option of a file. */
export function describeState(
  option: Option,
  { file, options }: Pick<UploadSnapshot, "file" | "options">,
  preview: Preview,
  problem: Problem | null,
): OptionState {
  const isEncodingWrong = option.name === "encoding" && hasUndecodedText(preview);
  const error = problem?.place === option.name ? problem.text : undefined;
  const isUnknown = option.name === "encoding" && (error || isEncodingWrong);
  return {
    emptyLabel: isUnknown ? "Not detected" : describeUnset(option, options, preview),
    hint: isUnset(option, options) ? findEvidence(option, preview) : undefined,
    error:
      error ??
      (isEncodingWrong ? "Some characters can't be decoded. Choose another encoding." : undefined),
    isHidden: !error && isUnset(option, options) && FILES[option.name]?.test(file.name) === false,
  };
}

/** Return the name of an option's empty choice: "Detected: semicolon". */
function describeUnset(option: Option, options: Options, preview: Preview): string {
  const detected = isUnset(option, options) ? findDetected(option, preview) : null;
  if (detected !== null) return `Detected: ${formatWithin(option, detected)}`;
  const isMissing = option.name in preview && isUnset(option, options);
  return option.emptyLabel ?? (isMissing ? "Not detected" : "Detected");
}

/** Summarize how the file is read, as chosen or detected: "comma, UTF-8, header line 3". */
export function summarizeReading(options: Options, preview: Preview): string {
  const known = OPTIONS.filter(({ group }) => group === "file").flatMap((option) => {
    const value = isUnset(option, options) ? findDetected(option, preview) : options[option.name];
    if (value === null) return [];
    const text = formatWithin(option, value);
    return [option.kind === "choice" ? text : `${option.label.toLowerCase()} ${text}`];
  });
  return known.join(", ");
}
