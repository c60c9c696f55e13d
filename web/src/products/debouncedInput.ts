/** An input whose text takes effect after a pause in typing. */

import { useEffect, useEffectEvent, useRef, useState } from "react";

const PAUSE_MS = 220;

/**
 * Return the input's text and its setter. `apply` receives the trimmed text after a pause in typing.
 *
 * `value` is the text in effect; the input follows when it changes from outside.
 */
export function useDebouncedInput(
  value: string,
  apply: (text: string) => void,
  isValid: (value: string) => boolean = always,
) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const applied = useRef(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== applied.current) {
      applied.current = value;
      setText(value);
    }
  }
  const finish = () => {
    const trimmed = text.trim();
    if (trimmed === applied.current || !isValid(trimmed)) return;
    applied.current = trimmed;
    apply(trimmed);
  };
  const finishLater = useEffectEvent(finish);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change restarts the pause
  useEffect(() => {
    const timer = setTimeout(finishLater, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, setText, finish, isInvalid: !isValid(text.trim()) };
}

function always(): boolean {
  return true;
}
