/** Dialogs, using the browser's own element, which traps and restores the focus. */

import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./controls";
import { focusFirst } from "./focus";
import { ErrorNotice } from "./states";
import { hostToasts } from "./toasts";
import style from "./ui.module.css";

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  /** Shows it as a drawer at the side of the window, for content with many fields. */
  isDrawer?: boolean;
  children: ReactNode;
}

/** A dialog that is open while it is rendered. */
export function Dialog({ title, onClose, isDrawer, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const [shown, title] = [dialog.current, head.current];
    if (!shown || !title) return;
    shown.showModal();
    const cleanups = [focusFirst(shown, title), hostToasts(shown)];
    return () => {
      for (const cleanup of cleanups) cleanup();
      shown.close(); // while still in the document; otherwise the browser would not restore the focus
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${style.dialog} ${isDrawer ? style.drawer : ""}`}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        // By default a browser closes several at once, and ignores onCancel at a second Escape.
        event.preventDefault();
        event.stopPropagation();
        if (!event.repeat) onClose();
      }}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return; // from a nested dialog or file input
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
  /** The label of the confirming button. */
  action: string;
  children: ReactNode;
  isBusy: boolean;
  /** Why the action failed. */
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Confirms an action that can't be undone. */
export function Confirm({ title, action, children, isBusy, error, ...on }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={on.onClose}>
      {children}
      {error !== null && error !== undefined && <ErrorNotice error={error} />}
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
