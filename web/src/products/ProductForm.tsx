/** The fields of a product, new or not, and what the API says of each. */

import type { FormEvent, ReactElement, ReactNode } from "react";
import { fieldsOf, ProblemError } from "../api/problems";
import { Button, Checkbox, Field } from "../ui/controls";
import { Fault } from "../ui/states";
import { AttributeRows } from "./AttributeRows";
import { checkDraft, type Draft, type TextField } from "./draft";
import { takenBy } from "./edits";
import type { ListState } from "./filters";
import style from "./form.module.css";
import { linkToProduct } from "./links";

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSubmit: () => void;
  /** Why it could not be saved. */
  error: unknown;
  isBusy: boolean;
  isDirty: boolean;
  submitWords: string;
  state: ListState;
  /** What else can be done with the product. */
  beside?: ReactElement;
  children?: ReactNode;
}

export function ProductForm({ draft, onChange, onSubmit, children, ...props }: Props) {
  const taken = takenBy(props.error);
  const local = checkDraft(draft);
  const faults: Record<string, ReactNode> = { ...fieldsOf(props.error), ...local };
  if (taken) faults.sku = <SkuIsTaken {...taken} state={props.state} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(local).length === 0) onSubmit();
  };
  const text = (name: TextField) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...draft, [name]: event.target.value }),
  });
  return (
    <form className={`stack ${style.product}`} onSubmit={submit} noValidate>
      <Field label="SKU" fault={faults.sku}>
        <input className="mono" autoComplete="off" spellCheck={false} {...text("sku")} />
      </Field>
      <Field label="Name" fault={faults.name}>
        <input autoComplete="off" {...text("name")} />
      </Field>
      <Field label="Description" fault={faults.description}>
        <textarea rows={3} className={style.growing} {...text("description")} />
      </Field>
      <div className={style.pair}>
        <Field label="Price" hint="Empty: it has none." fault={faults.price}>
          <input inputMode="decimal" autoComplete="off" {...text("price")} />
        </Field>
        <Field label="Quantity" hint="Empty: it is unknown." fault={faults.quantity}>
          <input inputMode="numeric" autoComplete="off" {...text("quantity")} />
        </Field>
      </div>
      <Checkbox
        label="Active"
        checked={draft.active}
        onChange={(active) => onChange({ ...draft, active })}
      />
      <AttributeRows
        rows={draft.attributes}
        faults={faults}
        onChange={(attributes) => onChange({ ...draft, attributes })}
      />
      {children}
      {isGeneral(props.error) && (
        <Fault error={props.error} retry={props.isBusy ? undefined : onSubmit} />
      )}
      <div className={style.actions}>
        <Button type="submit" kind="primary" isBusy={props.isBusy} disabled={!props.isDirty}>
          {props.submitWords}
        </Button>
        {props.beside}
      </div>
    </form>
  );
}

/** Whether an error is said below the form, for it is not about one field. */
function isGeneral(error: unknown): boolean {
  if (!error || takenBy(error)) return false;
  return !(error instanceof ProblemError) || Object.keys(error.fields).length === 0;
}

function SkuIsTaken({ id, sku, state }: { id: number; sku: string; state: ListState }) {
  return (
    <>
      Another product has this SKU: <a href={linkToProduct(id, state)}>{sku}</a>. Change that one,
      or choose another SKU.
    </>
  );
}
