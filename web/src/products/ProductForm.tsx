/** The fields of a product, new or not, and what the API says of each. */

import {
  type FormEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { fieldsOf, isGeneral } from "../api/problems";
import { useMay } from "../session/caller";
import { Button, Checkbox, Field } from "../ui/controls";
import { Fault } from "../ui/states";
import { AttributeRows } from "./AttributeRows";
import { checkDraft, type Draft, readDraft, type TextField } from "./draft";
import { takenBy } from "./edits";
import type { ListState } from "./filters";
import style from "./form.module.css";
import { linkToProduct } from "./links";
import type { Values } from "./values";

const NOTHING_JUDGED = { error: null, values: {} };

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
  const [sent, setSent] = useState<Values>({});
  // What an error is about: while the next answer is awaited, that is not what was sent last.
  const [judged, setJudged] = useState<{ error: unknown; values: Values }>(NOTHING_JUDGED);
  if (props.error !== judged.error) setJudged({ error: props.error, values: sent });
  const mayWrite = useMay("products:write");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (props.error) showFault(form.current);
  }, [props.error]);
  const local = checkDraft(draft);
  const faults = {
    ...faultsOf(judged.error, judged.values, readDraft(draft), props.state),
    ...local,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(local).length > 0) return;
    setSent(readDraft(draft));
    onSubmit();
  };
  const text = (name: TextField) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...draft, [name]: event.target.value }),
  });
  return (
    <form ref={form} className={`stack ${style.product}`} onSubmit={submit} noValidate>
      {!mayWrite && <p className="soft">Your key may look at products, not change them.</p>}
      <fieldset disabled={!mayWrite} className={`stack ${style.fields}`}>
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
      </fieldset>
      {children}
      {isSaidBelow(props.error, readDraft(draft)) && (
        <div className={style.fault}>
          <Fault error={props.error} retry={props.isBusy ? undefined : onSubmit} />
        </div>
      )}
      {mayWrite && (
        <div className={style.actions}>
          <Button type="submit" kind="primary" isBusy={props.isBusy} disabled={!props.isDirty}>
            {props.submitWords}
          </Button>
          {props.beside}
        </div>
      )}
    </form>
  );
}

/** Bring what is wrong into sight: the first field that is, or why nothing was saved. */
function showFault(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  form?.querySelector(`.${style.fault}`)?.scrollIntoView({ block: "nearest" });
}

/** Return what the API says of each field, where that is still as it was sent. */
function faultsOf(error: unknown, sent: Values, now: Values, state: ListState) {
  const taken = takenBy(error);
  const said: [string, ReactNode][] = taken
    ? [["sku", <SkuIsTaken key="sku" {...taken} state={state} />]]
    : Object.entries(fieldsOf(error));
  return Object.fromEntries(said.filter(([name]) => now[name] === sent[name]));
}

/** Whether an error is said below the form, for it is not about its fields alone. */
function isSaidBelow(error: unknown, now: Values): boolean {
  const isField = (name: string) => name in now || name === "attributes";
  return !takenBy(error) && isGeneral(error, isField);
}

function SkuIsTaken({ id, sku, state }: { id: number; sku: string; state: ListState }) {
  return (
    <>
      Another product has this SKU: <a href={linkToProduct(id, state)}>{sku}</a>. Change that one,
      or choose another SKU.
    </>
  );
}
