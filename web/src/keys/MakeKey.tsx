/** Makes a key: asks for its name, scopes and end, then shows it once. */

import { type FormEvent, useState } from "react";
import { fieldsOf, isGeneral } from "../api/problems";
import { useCaller } from "../session/caller";
import { listScopes, SCOPES, type Scope } from "../session/scopes";
import { Button, Checkbox, Field, FieldFault, Secret } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Fault, Notice } from "../ui/states";
import { dateIn, endOf } from "./expiry";
import { type NewKey, useMakeKey } from "./keys";
import style from "./MakeKey.module.css";

export function MakeKey({ onClose }: { onClose: () => void }) {
  const making = useMakeKey();
  if (making.data) return <ShowKey made={making.data} onClose={onClose} />;
  const close = () => making.isPending || onClose(); // the key would be made, and never seen
  return (
    <Dialog title="New key" onClose={close}>
      <KeyForm making={making} onClose={close} />
    </Dialog>
  );
}

interface KeyFormProps {
  making: ReturnType<typeof useMakeKey>;
  onClose: () => void;
}

function KeyForm({ making, onClose }: KeyFormProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [lastDate, setLastDate] = useState("");
  const [isTried, setTried] = useState(false);
  const faults = fieldsOf(making.error);
  const missing = isTried && scopes.length === 0 ? "Choose what it is to allow." : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (scopes.length > 0)
      making.mutate({ name: name.trim(), scopes, expires_at: lastDate ? endOf(lastDate) : null });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Name" hint="Who or what will use it." fault={faults.name}>
        <input
          value={name}
          required
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <ScopeBoxes chosen={scopes} onChange={setScopes} fault={missing ?? faults.scopes} />
      <Field
        label="Good through"
        hint="The key expires when this day is over. Leave it empty for a key that does not expire."
        fault={faults.expires_at}
      >
        <input
          type="date"
          min={dateIn(0)}
          value={lastDate}
          onChange={(event) => setLastDate(event.target.value)}
        />
      </Field>
      {isGeneral(making.error, isField) && <Fault error={making.error} />}
      <div className="row">
        <Button type="submit" kind="primary" isBusy={making.isPending}>
          Make the key
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
  fault?: string;
}

/** A key grants only what it has: what the caller lacks cannot be chosen. */
function ScopeBoxes({ chosen, onChange, fault }: ScopeBoxesProps) {
  const held = useCaller().data?.scopes ?? [];
  return (
    <fieldset className={style.scopes}>
      <legend>What it allows</legend>
      {listScopes().map((scope) => (
        <Checkbox
          key={scope}
          label={SCOPES[scope]}
          hint={held.includes(scope) ? scope : `${scope} (your own key lacks it)`}
          disabled={!held.includes(scope)}
          checked={chosen.includes(scope)}
          onChange={(isChosen) =>
            onChange(isChosen ? [...chosen, scope] : chosen.filter((other) => other !== scope))
          }
        />
      ))}
      {fault && <FieldFault>{fault}</FieldFault>}
    </fieldset>
  );
}

function ShowKey({ made, onClose }: { made: NewKey; onClose: () => void }) {
  return (
    <Dialog title={`The key of ${made.name}`} onClose={onClose}>
      <Notice tone="warn" title="Copy it now.">
        It is shown this once; nobody can see it again, not even here. Keep it as you would keep a
        password.
      </Notice>
      <Secret text={made.key} label="key" />
      <p className="small soft">
        Programs send it with each request: <code>Authorization: Bearer pik_…</code>
      </p>
      <div>
        <Button kind="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
