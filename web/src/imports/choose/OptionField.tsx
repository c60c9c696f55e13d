/** The control of one import option, by its kind. */

import { Choices, Field } from "../../ui/controls";
import { findChoice, type Option, type Options, setOption } from "../options";

interface Props {
  option: Option;
  options: Options;
  onChange: (options: Options) => void;
  /** The name of the empty choice. */
  emptyLabel?: string;
  error?: string;
}

const MAX_COUNT = 1e15; // the API's limit

export function OptionField({ option, options, onChange, emptyLabel = "Default", error }: Props) {
  const value = options[option.name];
  const change = (changed: string | number | null) =>
    onChange(setOption(options, option.name, changed));
  return (
    <Field label={option.label} error={error}>
      {option.kind === "choice" ? (
        <select
          value={value ?? ""}
          onChange={({ target }) => change(findChoice(option.choices, target.value))}
        >
          <option value="">{emptyLabel}</option>
          <Choices of={option.choices} />
        </select>
      ) : option.kind === "count" ? (
        <input
          type="number"
          min={0}
          max={MAX_COUNT}
          step={1}
          placeholder="No limit"
          value={value ?? ""}
          onChange={({ target }) => change(parseCount(target.value))}
        />
      ) : (
        <input
          type="number"
          min={0}
          max={100}
          step="any"
          placeholder="No limit"
          value={value === null ? "" : +(Number(value) * 100).toPrecision(12)}
          onChange={({ target }) => change(parsePercent(target.value))}
        />
      )}
    </Field>
  );
}

function parseCount(text: string): number | null {
  return text === "" ? null : Math.min(MAX_COUNT, Math.max(0, Math.trunc(Number(text))));
}

function parsePercent(text: string): number | null {
  const rate = Math.min(1, Number(text) / 100);
  return rate > 0 ? rate : null;
}
