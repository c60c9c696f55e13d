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

const MOST_LISTED = 100; // names in a preview

/** Return what a file holds that an option can choose from; empty if some of it isn't known. */
function listContents({ name }: Option, { members, sheets }: Preview): string[] {
  const names = name === "member" ? members : name === "sheet" ? sheets : [];
  return names.length < MOST_LISTED ? names : [];
}

/** Return what the form says about an option of a file. */
export function describeState(
  option: Option,
  { file, options }: Pick<UploadSnapshot, "file" | "options">,
  preview: Preview,
  problem: Problem | null,
): OptionState {
  const isEncodingWrong = option.name === "encoding" && hasUndecodedText(preview);
  const error = problem?.place === option.name ? problem.text : undefined;
  const choices = listContents(option, preview);
  const isMain = choices.length > 1;
  const isUnknown = option.name === "encoding" && (error || isEncodingWrong);
  return {
    emptyLabel: isUnknown ? "Not detected" : describeUnset(option, options, preview),
    hint: describeChoice(option, options, preview) ?? (isMain ? "" : undefined),
    choices: choices.length ? choices : undefined,
    isMain,
    error:
      error ??
      (isEncodingWrong ? "Some characters can't be decoded. Choose another encoding." : undefined),
    isHidden:
      !error &&
      !isMain &&
      isUnset(option, options) &&
      FILES[option.name]?.test(file.name) === false,
  };
}

/** Return why the value of an option was chosen, unless the user did. */
function describeChoice(option: Option, options: Options, preview: Preview): string | undefined {
  return isUnset(option, options) ? findEvidence(option, preview) : undefined;
}

/** Return the name of an option's empty choice: "Detected: semicolon". */
function describeUnset(option: Option, options: Options, preview: Preview): string {
  const detected = isUnset(option, options) ? findDetected(option, preview) : null;
  if (detected !== null) return `Detected: ${formatWithin(option, detected)}`;
  const isMissing = option.name in preview && isUnset(option, options);
  if (isMissing && option.name === "member") return "Choose a file";
  return option.emptyLabel ?? (isMissing ? "Not detected" : "Detected");
}

/** Summarize what More options says of the file, as chosen or detected: "comma, UTF-8, header line 3". */
export function summarizeReading(options: Options, preview: Preview): string {
  const hidden = OPTIONS.filter(
    (option) => option.group === "file" && listContents(option, preview).length < 2,
  );
  const known = hidden.flatMap((option) => {
    const value = isUnset(option, options) ? findDetected(option, preview) : options[option.name];
    if (value === null) return [];
    const text = formatWithin(option, value);
    return [option.kind === "choice" ? text : `${option.label.toLowerCase()} ${text}`];
  });
  return known.join(", ");
}
