/** A form that was changed is not left without asking. */

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { type AskLeave, holdRoute } from "./route";

/**
 * Hold the address while a form is dirty: the question to render, and how to let go before going on.
 */
export function useLeaving(isDirty: boolean) {
  const [leave, setLeave] = useState<(() => void) | null>(null);
  const release = useRef(() => {});
  const ask = useEffectEvent<AskLeave>((leaving) => setLeave(() => leaving));
  useEffect(() => {
    if (!isDirty) return;
    release.current = holdRoute((leaving) => ask(leaving));
    return release.current;
  }, [isDirty]);
  const question = leave && <LeaveDialog onLeave={leave} onStay={() => setLeave(null)} />;
  return { question, release: () => release.current() };
}

function LeaveDialog({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  return (
    <Dialog title="Discard your changes?" onClose={onStay}>
      <p>What you typed here is not saved.</p>
      <div className="row">
        <Button kind="primary" onClick={onStay} data-first>
          Keep editing
        </Button>
        <Button kind="danger" onClick={onLeave}>
          Discard them
        </Button>
      </div>
    </Dialog>
  );
}
