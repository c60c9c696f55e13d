/** Dialogs: the browser's own, which keeps the focus inside and gives it back. */

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./controls";
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
  const titleId = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`${style.dialog} ${isDrawer ? style.drawer : ""}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return; // of a dialog, or a file's, inside it
        event.preventDefault();
        onClose();
      }}
    >
      <div className={style.dialog_head}>
        <h2 id={titleId}>{title}</h2>
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
