/** A text field whose value counts only when it is complete. */

import { type InputHTMLAttributes, useEffect, useState } from "react";

interface TextInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange"> {
  value: string;
  onCommit: (text: string | null) => void;
}

/** A text that is committed when it is left or Enter is pressed: half of it may be invalid. */
export function TextInput({ value, onCommit, ...attributes }: TextInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (text.trim() !== value) onCommit(text.trim() || null);
  };
  return (
    <input
      {...attributes}
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={({ target }) => setText(target.value)}
      onBlur={commit}
      onKeyDown={({ key }) => key === "Enter" && commit()}
    />
  );
}
