/** The control of one import option, by its kind. */

import { Choices, Field } from "../../ui/controls";
import { findChoice, type Option, type Options, type OptionValue, setOption } from "../options";
import { ATTRIBUTE, MATCHES } from "../optionText";
import { ColumnPicker } from "./ColumnPicker";
import { TextInput } from "./TextInput";

interface OptionFieldProps {
  option: Option;
  options: Options;
  onChange: (options: Options) => void;
  /** The column names of the file, for options that name columns. */
  headers: string[];
  /** Those that may become attributes. */
  attributes: string[];
  /** The name of the empty choice, or the placeholder. */
  emptyLabel: string;
  hint?: string;
  error?: string;
  /** What a text can be, if that is known. */
  choices?: string[];
}

export function OptionField({ option, options, onChange, ...rest }: OptionFieldProps) {
  const { headers, attributes, emptyLabel, hint = option.hint, error, choices } = rest;
  const value: OptionValue = options[option.name];
  const change = (changed: OptionValue) => onChange(setOption(options, option.name, changed));
  if (option.kind === "columns") {
    const chosen = Array.isArray(value) ? value : [];
    return (
      <ColumnPicker label={option.label} {...{ headers, chosen, hint, error }} onChange={change} />
    );
  }
  return (
    <Field label={option.label} hint={hint} error={error}>
      <Control {...{ option, value, attributes, emptyLabel, choices }} onChange={change} />
    </Field>
  );
}

interface ControlProps {
  option: Exclude<Option, { kind: "columns" }>;
  value: OptionValue;
  attributes: string[];
  emptyLabel: string;
  choices?: string[];
  onChange: (value: OptionValue) => void;
}

/** The attributes that connect it with its label come from the field. */
function Control({ option, value, attributes, emptyLabel, ...rest }: ControlProps) {
  const { choices, onChange, ...field } = rest;
  switch (option.kind) {
    case "choice":
      return (
        <select
          {...field}
          value={String(value ?? "")}
          onChange={({ target }) => onChange(findChoice(option.choices, target.value))}
        >
          {option.unset === null && <option value="">{emptyLabel}</option>}
          <Choices of={option.choices} />
        </select>
      );
    case "match":
      return (
        <select {...field} value={String(value)} onChange={({ target }) => onChange(target.value)}>
          <Choices of={MATCHES} />
          <Choices of={attributes.map((name) => [`${ATTRIBUTE}${name}`, name])} />
        </select>
      );
    case "text":
      if (choices) {
        return (
          <select
            {...field}
            value={String(value ?? "")}
            onChange={({ target }) => onChange(target.value || null)}
          >
            <option value="">{emptyLabel}</option>
            <Choices of={listTexts(choices, value)} />
          </select>
        );
      }
      return (
        <TextInput
          {...field}
          value={String(value ?? "")}
          placeholder={emptyLabel}
          maxLength={option.maxLength}
          onCommit={(text) => onChange(option.isUpperCase ? (text?.toUpperCase() ?? null) : text)}
        />
      );
    case "count":
      return (
        <input
          {...field}
          type="number"
          min={option.min}
          max={option.max}
          step={1}
          placeholder={emptyLabel}
          value={value === null ? "" : Number(value)}
          onChange={({ target }) => onChange(parseCount(target.value, option))}
        />
      );
    case "percent":
      return (
        <input
          {...field}
          type="number"
          min={0}
          max={100}
          step="any"
          placeholder={emptyLabel}
          value={value === null ? "" : +(Number(value) * 100).toPrecision(12)}
          onChange={({ target }) => onChange(parsePercent(target.value))}
        />
      );
  }
}

/** A text that was chosen for another file is in the list too. */
function listTexts(choices: string[], value: OptionValue): [string, string][] {
  const texts = typeof value === "string" ? new Set([...choices, value]) : choices;
  return [...texts].map((text) => [text, text]);
}

function parseCount(text: string, { min, max }: { min: number; max: number }): number | null {
  return text === "" ? null : Math.min(max, Math.max(min, Math.trunc(Number(text))));
}

function parsePercent(text: string): number | null {
  const rate = Math.min(1, Number(text) / 100);
  return rate > 0 ? rate : null;
}
