/** The form of a profile: its name, its options and the fields of its columns. */

import { type FormEvent, type ReactNode, useState } from "react";
import { fieldErrors, hasFormError } from "../api/problems";
import { useUnsavedChanges } from "../app/unsavedChanges";
import { MissingProducts } from "../imports/choose/missing/MissingProducts";
import { MainOptions, type OptionFormProps, OptionGroups } from "../imports/choose/OptionGroups";
import { findInvalidOption } from "../imports/choose/problem";
import type { Option } from "../imports/options";
import { Button, ButtonLink, Field } from "../ui/controls";
import { ErrorNotice } from "../ui/states";
import { listAttributes, listColumns, type ProfileDraft } from "./draft";
import { MappingRows } from "./MappingRows";

interface ProfileFormProps {
  from: ProfileDraft;
  /** The label of the submit button. */
  action: string;
  isBusy: boolean;
  error: unknown;
  /** The address to return to. */
  cancelHref: string;
  /** Save the draft; call `leave` before the form is left. */
  onSubmit: (draft: ProfileDraft, leave: () => void) => void;
  children?: ReactNode;
}

export function ProfileForm({ from, action, isBusy, error, cancelHref, ...on }: ProfileFormProps) {
  const [draft, setDraft] = useState(from);
  const unsaved = useUnsavedChanges(JSON.stringify(draft) !== JSON.stringify(from));
  const invalid = findInvalidOption(error);
  const form: OptionFormProps = {
    options: draft.options,
    headers: listColumns(draft),
    attributes: listAttributes(draft),
    stateOf: (option) => ({
      emptyLabel: describeUnset(option),
      error: invalid?.place === option.name ? invalid.text : undefined,
    }),
    onChange: (options) => setDraft({ ...draft, options }),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    on.onSubmit({ ...draft, name: draft.name.trim() }, unsaved.release);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <section className="card stack" aria-label="Name and options">
        <Field label="Name" error={fieldErrors(error).name}>
          <input
            value={draft.name}
            maxLength={100}
            required
            autoComplete="off"
            onChange={({ target }) => setDraft({ ...draft, name: target.value })}
          />
        </Field>
        <MainOptions {...form} />
        <MissingProducts options={form.options} onChange={form.onChange} />
        <OptionGroups {...form} />
      </section>
      <MappingRows draft={draft} onChange={setDraft} />
      {hasFormError(error, (name) => name === "name") && !invalid && <ErrorNotice error={error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {action}
        </Button>
        <ButtonLink href={cancelHref}>Cancel</ButtonLink>
      </div>
      {unsaved.dialog}
    </form>
  );
}

/** A profile leaves what it doesn't set to the detection in each file. */
function describeUnset({ emptyLabel }: Option): string {
  return emptyLabel ?? "Detect";
}
