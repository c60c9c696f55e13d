/** The signed-in account: a button in the sidebar, and a dialog with its scopes. */

import { Check, CircleUser, Minus } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../ui/dialogs";
import { Time } from "../ui/format";
import style from "./Account.module.css";
import { type Caller, useCaller } from "./caller";
import { SignOut } from "./SignOut";
import { listScopes, nameScopes, SCOPES } from "./scopes";

export function Account() {
  const { data: caller } = useCaller();
  const [isOpen, setOpen] = useState(false);
  if (!caller) return null;
  return (
    <>
      <button
        type="button"
        className={style.account}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <CircleUser size={19} aria-hidden />
        <span className="hidden-visually">Signed in as </span>
        <span className={style.who}>
          <strong>{caller.name}</strong>
          <span className="small">{nameScopes(caller.scopes)}</span>
        </span>
      </button>
      {isOpen && <AccountDialog caller={caller} onClose={() => setOpen(false)} />}
    </>
  );
}

function AccountDialog({ caller, onClose }: { caller: Caller; onClose: () => void }) {
  return (
    <Dialog title={`Signed in as ${caller.name}`} onClose={onClose}>
      <dl className={style.facts}>
        <dt>{caller.kind === "key" ? "Key ID" : "Subject"}</dt>
        <dd className="mono">{caller.caller_id}</dd>
        <dt>Expires</dt>
        <dd>{caller.expires_at ? <Time at={caller.expires_at} /> : "Never"}</dd>
      </dl>
      <h3>Scopes</h3>
      <ul className={style.scopes}>
        {listScopes().map((scope) => {
          const isGranted = caller.scopes.includes(scope);
          return (
            <li key={scope} className={isGranted ? undefined : style.missing}>
              {isGranted ? <Check size={17} aria-hidden /> : <Minus size={17} aria-hidden />}
              <span className={isGranted ? undefined : "soft"}>
                {!isGranted && <span className="hidden-visually">Not allowed: </span>}
                {SCOPES[scope]} <code className="small soft">{scope}</code>
              </span>
            </li>
          );
        })}
      </ul>
      <div>
        <SignOut />
      </div>
    </Dialog>
  );
}
