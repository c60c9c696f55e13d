/** The form of a webhook. */

import { type FormEvent, useState } from "react";
import { fieldErrors, hasFormError } from "../api/problems";
import { Button, Field } from "../ui/controls";
import { ErrorNotice } from "../ui/states";
import { type Draft, isDraftField } from "./draft";
import { EventBoxes } from "./EventBoxes";

interface WebhookFormProps {
  from: Draft;
  /** The label of the submit button. */
  action: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (draft: Draft) => void;
  onCancel: () => void;
}

export function WebhookForm({ from, action, isBusy, error, ...on }: WebhookFormProps) {
  const [draft, setDraft] = useState(from);
  const [sent, setSent] = useState<Draft | null>(null);
  const change = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed });
  const errors = fieldErrors(error);
  // An error from the API is hidden once its field changes.
  const errorFor = (name: keyof Draft) => (sent?.[name] === draft[name] ? errors[name] : undefined);
  const isMissing = sent !== null && draft.event_types.length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(draft);
    if (draft.event_types.length > 0) on.onSubmit({ ...draft, url: draft.url.trim() });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="URL" hint="Public HTTPS endpoint." error={errorFor("url")}>
        <input
          inputMode="url"
          spellCheck={false}
          autoComplete="off"
          placeholder="https://shop.example/hooks"
          value={draft.url}
          required
          onChange={(event) => change({ url: event.target.value })}
        />
      </Field>
      <EventBoxes
        chosen={draft.event_types}
        onChange={(event_types) => change({ event_types })}
        error={isMissing ? "Choose at least one event." : errorFor("event_types")}
      />
      <Field label="Description" hint="Internal note; never sent." error={errorFor("description")}>
        <input
          value={draft.description}
          maxLength={500}
          onChange={(event) => change({ description: event.target.value })}
        />
      </Field>
      {hasFormError(error, isDraftField) && <ErrorNotice error={error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {action}
        </Button>
        <Button onClick={on.onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
