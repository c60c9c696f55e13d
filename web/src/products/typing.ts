/** A text that is typed and takes effect a moment later. */

import { useEffect, useEffectEvent, useRef, useState } from "react";

const PAUSE_MS = 220;

/**
 * Return the text of an input and how to change it; `send` gets it, trimmed, after a pause in typing.
 *
 * `value` is what is in effect: when it changes from elsewhere, the input follows.
 */
export function useTyped(
  value: string,
  send: (text: string) => void,
  isValid: (text: string) => boolean = always,
) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const sent = useRef(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== sent.current) {
      sent.current = value;
      setTyped(value);
    }
  }
  const finish = () => {
    const text = typed.trim();
    if (text === sent.current || !isValid(text)) return;
    sent.current = text;
    send(text);
  };
  const finishLater = useEffectEvent(finish);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pause begins with what is typed
  useEffect(() => {
    const timer = setTimeout(finishLater, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return { typed, setTyped, finish, isInvalid: !isValid(typed.trim()) };
}

function always(): boolean {
  return true;
}
