/** The initial focus of a dialog: its content rather than its close button. */

const FIRST = "[data-first]";
const FIELDS = ":is(input, select, textarea):enabled";

/**
 * Focus a dialog's first field, or its title until a field appears: the content may still be loading.
 * Return a function to call when the dialog closes.
 */
export function focusFirst(dialog: HTMLElement, title: HTMLElement): () => void {
  title.focus();
  const seek = () => dialog.querySelector<HTMLElement>(initialFocus())?.focus();
  seek();
  const observer = new MutationObserver(() => {
    if (document.activeElement === title) seek();
    else observer.disconnect(); // the reader has moved the focus; leave it there
  });
  observer.observe(dialog, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** On a phone a focused field opens the keyboard, which would cover the dialog's content. */
function initialFocus(): string {
  return matchMedia("(pointer: coarse)").matches ? FIRST : `${FIRST}, ${FIELDS}`;
}
