/** The inputs of a product's fields, by the kind of each field. */

import type { ReactNode } from "react";
import { Checkbox, Field } from "../ui/controls";
import { FIELDS, isNumeric, type ProductField } from "./fields";
import style from "./form.module.css";

type Texts = Record<string, string>;

interface Props {
  texts: Texts;
  errors: Record<string, ReactNode>;
  onChange: (texts: Texts) => void;
}

export function FieldInputs(props: Props) {
  return groupNumbers(FIELDS).map((fields) => {
    const inputs = fields.map((field) => <FieldInput key={field.name} field={field} {...props} />);
    return fields.length > 1 ? (
      <div key={fields[0]?.name} className={style.pair}>
        {inputs}
      </div>
    ) : (
      inputs
    );
  });
}

/** Group consecutive numeric fields, which share a line. */
function groupNumbers(fields: ProductField[]): ProductField[][] {
  const groups: ProductField[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last?.every(isNumeric) && isNumeric(field)) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

function FieldInput({ field, texts, errors, onChange }: Props & { field: ProductField }) {
  const { name, kind, label } = field;
  const text = texts[name] ?? "";
  const change = (changed: string) => onChange({ ...texts, [name]: changed });
  if (kind === "boolean") {
    return (
      <Checkbox
        label={label}
        checked={text === "true"}
        onChange={(isSet) => change(String(isSet))}
      />
    );
  }
  const value = {
    value: text,
    onChange: (event: { target: { value: string } }) => change(event.target.value),
  };
  const hint = field.nullable && `Leave blank for no ${label.toLowerCase()}.`;
  return (
    <Field label={label} hint={hint} error={errors[name]}>
      {kind === "long_text" ? (
        <textarea rows={3} className={style.growing} {...value} />
      ) : (
        <input
          className={name === "sku" ? "mono" : undefined}
          inputMode={kind === "decimal" ? "decimal" : kind === "integer" ? "numeric" : undefined}
          autoComplete="off"
          spellCheck={name === "sku" ? false : undefined}
          {...value}
        />
      )}
    </Field>
  );
}
