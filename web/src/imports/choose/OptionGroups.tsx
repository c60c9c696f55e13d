/** The options of an import by group, for a draft and for a profile. */

import type { ReactNode } from "react";
import { type ProductField, toText } from "../../products/fields";
import { Field } from "../../ui/controls";
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
import { OptionField } from "./OptionField";

/** What a form says about an option: how it reads while unset, and what is wrong with it. */
export interface OptionState {
  emptyLabel: string;
  hint?: string;
  error?: string;
  /** Whether the option has no effect on this file. */
  isHidden?: boolean;
  /** What a text can be, if that is known. */
  choices?: string[];
  /** Whether it is always visible, unlike the rest of its group. */
  isMain?: boolean;
}

export interface OptionFormProps {
  options: Options;
  /** The column names of the file, for options that name columns. */
  headers: string[];
  /** Those that may become attributes. */
  attributes: string[];
  stateOf: (option: Option) => OptionState;
  onChange: (options: Options) => void;
}

interface OptionGroupsProps extends OptionFormProps {
  /** What follows the options of the file. */
  children?: ReactNode;
}

/** Every group except the one that is always visible. */
export function OptionGroups({ children, ...form }: OptionGroupsProps) {
  return (
    <>
      <OptionGroup group="file" legend="File" {...form}>
        {children}
      </OptionGroup>
      <OptionGroup group="values" legend="Values" {...form} />
      <OptionGroup group="records" legend="Records" {...form} />
      <fieldset className={style.fieldset}>
        <legend>Blank cells</legend>
        <div className={style.fields}>
          {BLANK_FIELDS.map((field) => (
            <BlankField key={field.name} {...{ field, ...form }} />
          ))}
        </div>
      </fieldset>
      <OptionGroup group="threshold" legend="Error threshold" {...form}>
        <p className={style.explanation}>
          The import fails without changing anything when more records are rejected. Without a
          limit, valid records are imported and you can fix the rejected ones.
        </p>
      </OptionGroup>
    </>
  );
}

interface OptionGroupProps extends OptionFormProps {
  group: Group;
  legend: string;
  children?: ReactNode;
}

function OptionGroup({ group, legend, children, ...form }: OptionGroupProps) {
  const options = listOptions(group, form);
  if (!options.length) return null;
  return (
    <fieldset className={style.fieldset}>
      <legend>{legend}</legend>
      <div className={style.fields}>
        <OptionList options={options} form={form} />
        {children}
      </div>
    </fieldset>
  );
}

interface MainOptionsProps extends OptionFormProps {
  /** What precedes the options. */
  children?: ReactNode;
}

/** The options that are always visible. */
export function MainOptions({ children, ...form }: MainOptionsProps) {
  return (
    <div className={style.fields}>
      {children}
      <OptionList options={listOptions("main", form)} form={form} />
    </div>
  );
}

function OptionList({ options, form }: { options: Option[]; form: OptionFormProps }) {
  return options.map((option) => (
    <OptionField key={option.name} {...{ option, ...form, ...form.stateOf(option) }} />
  ));
}

function listOptions(group: Group, { options, stateOf }: OptionFormProps): Option[] {
  return OPTIONS.filter((option) => {
    const state = stateOf(option);
    const isHere = groupOf(option, state) === group;
    return isHere && option.appliesTo?.(options) !== false && !state.isHidden;
  });
}

/** Return where an option is shown. */
export function groupOf({ group }: Option, { isMain }: OptionState): Group {
  return isMain ? "main" : group;
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
