/** Confirms before a form with unsaved changes is left. */

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Button } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { blockNavigation, type ConfirmLeave } from "./route";

/**
 * Block navigation while a form is dirty. Return the dialog to render, and a function that unblocks.
 */
export function useUnsavedChanges(isDirty: boolean) {
  const [leave, setLeave] = useState<(() => void) | null>(null);
  const release = useRef(() => {});
  const confirm = useEffectEvent<ConfirmLeave>((leaving) => setLeave(() => leaving));
  useEffect(() => {
    if (!isDirty) return;
    release.current = blockNavigation((leaving) => confirm(leaving));
    return release.current;
  }, [isDirty]);
  const dialog = leave && <LeaveDialog onLeave={leave} onStay={() => setLeave(null)} />;
  return { dialog, release: () => release.current() };
}

function LeaveDialog({ onLeave, onStay }: { onLeave: () => void; onStay: () => void }) {
  return (
    <Dialog title="Discard your changes?" onClose={onStay}>
      <p>Your changes aren't saved.</p>
      <div className="row">
        <Button kind="primary" onClick={onStay} data-first>
          Keep editing
        </Button>
        <Button kind="danger" onClick={onLeave}>
          Discard changes
        </Button>
      </div>
    </Dialog>
  );
}
