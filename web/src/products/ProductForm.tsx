/** The form of a product, new or existing, with the API's errors beside the fields. */

import {
  type FormEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { fieldErrors, hasFormError } from "../api/problems";
import { useHasScope } from "../session/caller";
import { Button } from "../ui/controls";
import { ErrorNotice } from "../ui/states";
import { AttributeRows } from "./AttributeRows";
import { type Draft, findDraftErrors, readDraft } from "./draft";
import { findSkuOwner } from "./edits";
import { FieldInputs } from "./FieldInputs";
import type { ListState } from "./filters";
import style from "./form.module.css";
import { linkToProduct } from "./links";
import type { Values } from "./values";

const NO_ERROR = { error: null, values: {} };

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSubmit: () => void;
  /** Why saving failed. */
  error: unknown;
  isBusy: boolean;
  isDirty: boolean;
  submitLabel: string;
  state: ListState;
  /** Another action, beside the submit button. */
  action?: ReactElement;
  children?: ReactNode;
}

export function ProductForm({ draft, onChange, onSubmit, children, ...props }: Props) {
  const [sent, setSent] = useState<Values>({});
  // The values that the current error is about. While a request is pending, these differ from `sent`.
  const [rejected, setRejected] = useState<{ error: unknown; values: Values }>(NO_ERROR);
  if (props.error !== rejected.error) setRejected({ error: props.error, values: sent });
  const canWrite = useHasScope("products:write");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (props.error) showFirstError(form.current);
  }, [props.error]);
  const draftErrors = findDraftErrors(draft);
  const errors = {
    ...currentErrors(rejected.error, rejected.values, readDraft(draft), props.state),
    ...draftErrors,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(draftErrors).length > 0) return;
    setSent(readDraft(draft));
    onSubmit();
  };
  return (
    <form ref={form} className={`stack ${style.product}`} onSubmit={submit} noValidate>
      {!canWrite && <p className="soft">Your key can view products but not edit them.</p>}
      <fieldset disabled={!canWrite} className={`stack ${style.fields}`}>
        <FieldInputs
          texts={draft.texts}
          errors={errors}
          onChange={(texts) => onChange({ ...draft, texts })}
        />
        <AttributeRows
          rows={draft.attributes}
          errors={errors}
          onChange={(attributes) => onChange({ ...draft, attributes })}
        />
      </fieldset>
      {children}
      {isShownBelow(props.error, readDraft(draft)) && (
        <div className={style.form_error}>
          <ErrorNotice error={props.error} retry={props.isBusy ? undefined : onSubmit} />
        </div>
      )}
      {canWrite && (
        <div className={style.actions}>
          <Button type="submit" kind="primary" isBusy={props.isBusy} disabled={!props.isDirty}>
            {props.submitLabel}
          </Button>
          {props.action}
        </div>
      )}
    </form>
  );
}

/** Bring the first invalid field, or the form's error, into view. */
function showFirstError(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  form?.querySelector(`.${style.form_error}`)?.scrollIntoView({ block: "nearest" });
}

/** Return the API's errors of the fields that haven't changed since they were sent. */
function currentErrors(error: unknown, sent: Values, now: Values, state: ListState) {
  const owner = findSkuOwner(error);
  const errors: [string, ReactNode][] = owner
    ? [["sku", <SkuTaken key="sku" {...owner} state={state} />]]
    : Object.entries(fieldErrors(error));
  return Object.fromEntries(errors.filter(([name]) => now[name] === sent[name]));
}

/** Whether an error is shown below the form because the fields don't show all of it. */
function isShownBelow(error: unknown, now: Values): boolean {
  const isField = (name: string) => name in now || name === "attributes";
  return !findSkuOwner(error) && hasFormError(error, isField);
}

function SkuTaken({ id, sku, state }: { id: number; sku: string; state: ListState }) {
  return (
    <>
      Another product has this SKU: <a href={linkToProduct(id, state)}>{sku}</a>. Edit that product,
      or choose another SKU.
    </>
  );
}
