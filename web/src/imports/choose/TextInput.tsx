/** A text field whose value counts only when it is complete. */

import { type InputHTMLAttributes, useEffect, useEffectEvent, useState } from "react";

const PAUSE_MS = 400;

interface TextInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange"> {
  value: string;
  /** Whether spaces around the text count. */
  hasSpaces?: boolean;
  /** Whether it is committed after a pause too, since half of it is valid. */
  isLive?: boolean;
  onCommit: (text: string | null) => void;
}

/**
 * A text that is committed when it is left, or when Enter or Escape is pressed: half of it may be
 * invalid. Escape closes the dialog around it.
 */
export function TextInput({ value, hasSpaces, isLive, onCommit, ...attributes }: TextInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    const given = hasSpaces ? text : text.trim();
    if (given !== value) onCommit(given || null);
  };
  const commitLater = useEffectEvent(commit);
  useEffect(() => {
    if (!isLive || text === value) return;
    const timer = setTimeout(commitLater, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isLive, text, value]);
  return (
    <input
      {...attributes}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={({ target }) => setText(target.value)}
      onBlur={commit}
      onKeyDown={({ key }) => ["Enter", "Escape"].includes(key) && commit()}
    />
  );
}
