/** Toasts: short messages about completed actions. Screen readers read them out. */

import { useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { Button } from "./controls";
import { Notice, type Tone } from "./states";
import style from "./ui.module.css";

interface Action {
  label: string;
  run: () => void;
}

interface Toast {
  id: number;
  tone: Tone;
  text: string;
  action?: Action;
}

const SHOWN_MS = 6_000;
const SHOWN_WITH_ACTION_MS = 20_000;
let toasts: Toast[] = [];
let hosts: Element[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function showToast(text: string, tone: Tone = "good", action?: Action): void {
  lastId += 1;
  const id = lastId;
  show([...toasts, { id, tone, text, action }]);
  setTimeout(() => hideToast(id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

function hideToast(id: number): void {
  show(toasts.filter((toast) => toast.id !== id));
}

/** Show toasts inside a dialog, which makes the rest of the page inert. Return a function that ends this. */
export function hostToasts(dialog: Element): () => void {
  hosts = [...hosts, dialog];
  notify();
  return () => {
    hosts = hosts.filter((host) => host !== dialog);
    notify();
  };
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  const host = useSyncExternalStore(subscribe, () => hosts.at(-1) ?? document.body);
  return createPortal(
    <div className={style.toasts} aria-live="polite">
      {shown.map((toast) => (
        <Notice key={toast.id} tone={toast.tone}>
          {toast.text} {toast.action && <ActionButton id={toast.id} action={toast.action} />}
        </Notice>
      ))}
    </div>,
    host,
  );
}

function ActionButton({ id, action }: { id: number; action: Action }) {
  const run = () => {
    hideToast(id);
    action.run();
  };
  return (
    <Button kind="quiet" onClick={run}>
      {action.label}
    </Button>
  );
}

function show(next: Toast[]): void {
  toasts = next;
  notify();
}

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
