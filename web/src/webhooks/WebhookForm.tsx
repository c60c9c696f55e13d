/** The fields of a webhook. */

import { type FormEvent, useState } from "react";
import { fieldsOf, isGeneral } from "../api/problems";
import { Button, Field } from "../ui/controls";
import { Fault } from "../ui/states";
import { type Draft, isOfDraft } from "./draft";
import { EventBoxes } from "./EventBoxes";

interface WebhookFormProps {
  from: Draft;
  /** What the button says. */
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
  const faults = fieldsOf(error);
  // What the API said of a field is over once the field is changed.
  const faultOf = (name: keyof Draft) => (sent?.[name] === draft[name] ? faults[name] : undefined);
  const isMissing = sent !== null && draft.event_types.length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(draft);
    if (draft.event_types.length > 0) on.onSubmit({ ...draft, url: draft.url.trim() });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="URL" hint="Your receiver's: https, at a public address." fault={faultOf("url")}>
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
        fault={isMissing ? "Choose at least one." : faultOf("event_types")}
      />
      <Field
        label="Description"
        hint="For yourselves; it is not sent."
        fault={faultOf("description")}
      >
        <input
          value={draft.description}
          maxLength={500}
          onChange={(event) => change({ description: event.target.value })}
        />
      </Field>
      {isGeneral(error, isOfDraft) && <Fault error={error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {action}
        </Button>
        <Button onClick={on.onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
