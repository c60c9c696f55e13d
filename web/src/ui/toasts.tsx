/** Toasts: short messages about completed actions. Screen readers read them out. */

import { useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { Notice, type Tone } from "./states";
import style from "./ui.module.css";

interface Toast {
  id: number;
  tone: Tone;
  text: string;
}

const SHOWN_MS = 6_000;
let toasts: Toast[] = [];
let hosts: Element[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function showToast(text: string, tone: Tone = "good"): void {
  lastId += 1;
  const id = lastId;
  show([...toasts, { id, tone, text }]);
  setTimeout(() => show(toasts.filter((toast) => toast.id !== id)), SHOWN_MS);
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
          {toast.text}
        </Notice>
      ))}
    </div>,
    host,
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
