/** Dialogs: the browser's own, which keeps the focus inside and gives it back. */

import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./controls";
import { focusFirst } from "./focus";
import { Fault } from "./states";
import { hostToasts } from "./toasts";
import style from "./ui.module.css";

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  /** At the window's side, over its whole height: for what has many fields. */
  isDrawer?: boolean;
  children: ReactNode;
}

/** A dialog that is open for as long as it is rendered. */
export function Dialog({ title, onClose, isDrawer, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const [shown, title] = [dialog.current, head.current];
    if (!shown || !title) return;
    shown.showModal();
    const endings = [focusFirst(shown, title), hostToasts(shown)];
    return () => {
      for (const end of endings) end();
      shown.close(); // while it is still in the page, or the browser would not give the focus back
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${style.dialog} ${isDrawer ? style.drawer : ""}`}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        // Left to itself a browser closes several at once, and at a second Escape unasked.
        event.preventDefault();
        event.stopPropagation();
        if (!event.repeat) onClose();
      }}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return; // of a dialog, or a file's, inside it
        event.preventDefault();
        onClose();
      }}
    >
      <div className={style.dialog_head}>
        <h2 id={titleId} ref={head} tabIndex={-1}>
          {title}
        </h2>
        <Button
          kind="quiet"
          icon={<X size={18} aria-hidden />}
          onClick={onClose}
          aria-label="Close"
        />
      </div>
      <div className={`${style.dialog_body} stack`}>{children}</div>
    </dialog>
  );
}

interface ConfirmProps {
  title: ReactNode;
  /** What the button says that does it. */
  action: string;
  children: ReactNode;
  isBusy: boolean;
  /** Why it could not be done. */
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is done that cannot be undone. */
export function Confirm({ title, action, children, isBusy, error, ...on }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={on.onClose}>
      {children}
      {error !== null && error !== undefined && <Fault error={error} />}
      <div className="row">
        <Button kind="danger" isBusy={isBusy} onClick={on.onConfirm}>
          {action}
        </Button>
        <Button onClick={on.onClose} data-first>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
