/** Who is signed in: in the frame's foot in short, and in a dialog with what they may do. */

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
        <dt>{caller.kind === "key" ? "Key" : "Subject"}</dt>
        <dd className="mono">{caller.caller_id}</dd>
        <dt>Good until</dt>
        <dd>{caller.expires_at ? <Time at={caller.expires_at} /> : "it is revoked"}</dd>
      </dl>
      <h3>What it allows</h3>
      <ul className={style.scopes}>
        {listScopes().map((scope) => {
          const isHeld = caller.scopes.includes(scope);
          return (
            <li key={scope} className={isHeld ? undefined : style.lacking}>
              {isHeld ? <Check size={17} aria-hidden /> : <Minus size={17} aria-hidden />}
              <span className={isHeld ? undefined : "soft"}>
                {!isHeld && <span className="hidden-visually">Not allowed: </span>}
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
