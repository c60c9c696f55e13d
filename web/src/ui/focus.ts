/** Where the focus goes in a dialog that opens: to what it is about, not to the button that closes it. */

const FIRST = "[data-first]";
const FIELDS = ":is(input, select, textarea):enabled";

/**
 * Give the focus to a dialog's first field, or to its title until there is one: what it shows may have
 * to be read first. Call what is returned when the dialog closes.
 */
export function focusFirst(dialog: HTMLElement, title: HTMLElement): () => void {
  title.focus();
  const seek = () => dialog.querySelector<HTMLElement>(wanted())?.focus();
  seek();
  const observer = new MutationObserver(() => {
    if (document.activeElement === title) seek();
    else observer.disconnect(); // it is somewhere, and stays there
  });
  observer.observe(dialog, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** On a phone a field with the focus brings up the keyboard, over what one opened the dialog for. */
function wanted(): string {
  return matchMedia("(pointer: coarse)").matches ? FIRST : `${FIRST}, ${FIELDS}`;
}
