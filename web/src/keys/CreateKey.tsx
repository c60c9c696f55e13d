/** Creates a key from its name, scopes and expiry date, then shows it once. */

import { type FormEvent, useState } from "react";
import { fieldErrors, hasFormError } from "../api/problems";
import { useCaller } from "../session/caller";
import { listScopes, SCOPES, type Scope } from "../session/scopes";
import { Button, Checkbox, Field, FieldError, Secret } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { ErrorNotice, Notice } from "../ui/states";
import style from "./CreateKey.module.css";
import { dateIn, endOfDay } from "./expiry";
import { type NewKey, useCreateKey } from "./keys";

export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const creating = useCreateKey();
  if (creating.data) return <CreatedKey created={creating.data} onClose={onClose} />;
  const close = () => creating.isPending || onClose(); // otherwise the key would never be shown
  return (
    <Dialog title="New key" onClose={close}>
      <KeyForm creating={creating} onClose={close} />
    </Dialog>
  );
}

interface KeyFormProps {
  creating: ReturnType<typeof useCreateKey>;
  onClose: () => void;
}

function KeyForm({ creating, onClose }: KeyFormProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [lastDate, setLastDate] = useState("");
  const [isSubmitted, setSubmitted] = useState(false);
  const errors = fieldErrors(creating.error);
  const missing = isSubmitted && scopes.length === 0 ? "Choose at least one scope." : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (scopes.length > 0)
      creating.mutate({
        name: name.trim(),
        scopes,
        expires_at: lastDate ? endOfDay(lastDate) : null,
      });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Name" hint="The person or program that uses it." error={errors.name}>
        <input
          value={name}
          required
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <ScopeBoxes chosen={scopes} onChange={setScopes} error={missing ?? errors.scopes} />
      <Field
        label="Expiry date"
        hint="The key expires at the end of this day. Leave blank for no expiry."
        error={errors.expires_at}
      >
        <input
          type="date"
          min={dateIn(0)}
          value={lastDate}
          onChange={(event) => setLastDate(event.target.value)}
        />
      </Field>
      {hasFormError(creating.error, isField) && <ErrorNotice error={creating.error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={creating.isPending}>
          Create key
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}

function isField(name: string): boolean {
  return ["name", "scopes", "expires_at"].includes(name);
}

interface ScopeBoxesProps {
  chosen: Scope[];
  onChange: (chosen: Scope[]) => void;
  error?: string;
}

/** Checkboxes for the scopes. A key can grant only its own scopes, so the others are disabled. */
function ScopeBoxes({ chosen, onChange, error }: ScopeBoxesProps) {
  const held = useCaller().data?.scopes ?? [];
  return (
    <fieldset className={style.scopes}>
      <legend>Scopes</legend>
      {listScopes().map((scope) => (
        <Checkbox
          key={scope}
          label={SCOPES[scope]}
          hint={held.includes(scope) ? scope : `${scope} (not granted to your key)`}
          disabled={!held.includes(scope)}
          checked={chosen.includes(scope)}
          onChange={(isChosen) =>
            onChange(isChosen ? [...chosen, scope] : chosen.filter((other) => other !== scope))
          }
        />
      ))}
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}

function CreatedKey({ created, onClose }: { created: NewKey; onClose: () => void }) {
  return (
    <Dialog title={`Key for ${created.name}`} onClose={onClose}>
      <Notice tone="warn" title="Copy it now.">
        This key is shown only once. Store it like a password.
      </Notice>
      <Secret text={created.key} label="key" />
      <p className="small soft">
        Programs send it with each request: <code>Authorization: Bearer pik_…</code>
      </p>
      <div>
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
