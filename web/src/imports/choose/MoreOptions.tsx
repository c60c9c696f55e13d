/** The options that most imports leave as detected or at their defaults. */

import { useState } from "react";
import { Button } from "../../ui/controls";
import { OPTIONS } from "../options";
import style from "./choose.module.css";
import { summarizeReading } from "./detection";
import { groupOf, type OptionFormProps, OptionGroups } from "./OptionGroups";
import type { Preview } from "./preview";
import { hasUndecodedText, type Problem } from "./problem";

interface MoreOptionsProps {
  preview: Preview;
  problem: Problem | null;
  form: OptionFormProps;
}

/** Hidden until the reader opens it, or until one of its options has a problem. */
export function MoreOptions({ preview, problem, form }: MoreOptionsProps) {
  const [isOpen, setOpen] = useState(false);
  const { options, onChange } = form;
  const isUndecoded = hasUndecodedText(preview);
  const hasProblem = OPTIONS.some(
    (option) => option.name === problem?.place && groupOf(option, form.stateOf(option)) !== "main",
  );
  const isEncodingWrong = problem?.place === "encoding" || isUndecoded;
  return (
    <details
      className={style.details}
      open={isOpen || hasProblem || isUndecoded}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        More options <span className={style.reading}>{summarizeReading(options, preview)}</span>
      </summary>
      <div className="stack">
        <OptionGroups {...form}>
          {isEncodingWrong && options.encoding === null && (
            <div className={style.suggestion}>
              <Button onClick={() => onChange({ ...options, encoding: "cp1252" })}>
                Use Windows-1252
              </Button>
              <span className="soft small">Common in older Windows and Excel exports.</span>
            </div>
          )}
        </OptionGroups>
      </div>
    </details>
  );
}
