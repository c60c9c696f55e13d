/** The options that most imports leave as detected or at their defaults. */

import { type ReactNode, useState } from "react";
import { type ProductField, toText } from "../../products/fields";
import { Button, Field } from "../../ui/controls";
import {
  BLANK_FIELDS,
  findChoice,
  type Group,
  OPTIONS,
  type Option,
  type Options,
  POLICIES,
  policyOf,
  setPolicy,
} from "../options";
import style from "./choose.module.css";
import { describeDetected, summarizeReading } from "./detection";
import { OptionField } from "./OptionField";
import type { Preview } from "./preview";
import { hasUndecodedText, type Problem } from "./problem";

interface MoreOptionsProps {
  preview: Preview;
  options: Options;
  problem: Problem | null;
  onChange: (options: Options) => void;
}

/** Hidden until the reader opens it, or until one of its options has a problem. */
export function MoreOptions(props: MoreOptionsProps) {
  const { preview, options, problem, onChange } = props;
  const [isOpen, setOpen] = useState(false);
  const isUndecoded = hasUndecodedText(preview);
  const hasProblem = OPTIONS.some(({ name, group }) => group !== "main" && name === problem?.place);
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
        <OptionGroup group="file" legend="File" {...props}>
          {isEncodingUnknown(props) && (
            <div className={style.suggestion}>
              <Button onClick={() => onChange({ ...options, encoding: "cp1252" })}>
                Use Windows-1252
              </Button>
              <span className="soft small">Common in older Windows and Excel exports.</span>
            </div>
          )}
        </OptionGroup>
        <OptionGroup group="values" legend="Values" {...props} />
        <fieldset className={style.fieldset}>
          <legend>Blank cells</legend>
          <div className={style.fields}>
            {BLANK_FIELDS.map((field) => (
              <BlankField key={field.name} {...{ field, options, onChange }} />
            ))}
          </div>
        </fieldset>
        <OptionGroup group="threshold" legend="Error threshold" {...props}>
          <p className={style.explanation}>
            The import fails without changing anything when more records are rejected. Without a
            limit, valid records are imported and you can fix the rejected ones.
          </p>
        </OptionGroup>
      </div>
    </details>
  );
}

interface OptionGroupProps extends MoreOptionsProps {
  group: Group;
  legend: string;
  children?: ReactNode;
}

function OptionGroup({ group, legend, children, ...props }: OptionGroupProps) {
  return (
    <fieldset className={style.fieldset}>
      <legend>{legend}</legend>
      <div className={style.fields}>
        {OPTIONS.filter((option) => option.group === group).map((option) => (
          <DetectedOption key={option.name} option={option} {...props} />
        ))}
        {children}
      </div>
    </fieldset>
  );
}

/** An option with what was detected, and with its problem. */
export function DetectedOption({ option, ...props }: MoreOptionsProps & { option: Option }) {
  const { preview, options, problem, onChange } = props;
  const isEncoding = option.name === "encoding";
  const warning =
    isEncoding && hasUndecodedText(preview)
      ? "Some characters can't be decoded. Choose another encoding."
      : undefined;
  return (
    <OptionField
      {...{ option, options, onChange }}
      emptyLabel={
        isEncoding && isEncodingUnknown(props)
          ? "Not detected"
          : describeDetected(option, options, preview)
      }
      error={problem?.place === option.name ? problem.text : warning}
    />
  );
}

function isEncodingUnknown({ preview, options, problem }: MoreOptionsProps): boolean {
  const isWrong = problem?.place === "encoding" || hasUndecodedText(preview);
  return options.encoding === null && isWrong;
}

interface BlankFieldProps {
  field: ProductField;
  options: Options;
  onChange: (options: Options) => void;
}

function BlankField({ field, options, onChange }: BlankFieldProps) {
  const choices = POLICIES.filter(([policy]) => field.blank.includes(policy));
  return (
    <Field label={field.label}>
      <select
        value={policyOf(options, field.name)}
        onChange={({ target }) =>
          onChange(setPolicy(options, field.name, findChoice(choices, target.value)))
        }
      >
        {choices.map(([policy, label]) => (
          <option key={policy} value={policy}>
            {policy === "default" ? `${label}: ${describeDefault(field)}` : label}
          </option>
        ))}
      </select>
    </Field>
  );
}

function describeDefault({ kind, default: value }: ProductField): string {
  if (kind === "boolean") return value ? "yes" : "no";
  return toText(value) || "blank";
}
