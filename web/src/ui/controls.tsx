/** Buttons and form fields. */

import { Check, Copy, LoaderCircle } from "lucide-react";
import {
  type ButtonHTMLAttributes,
  cloneElement,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useState,
} from "react";
import style from "./ui.module.css";

type ButtonKind = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  icon?: ReactElement;
  /** Whether its action is running; the button is disabled meanwhile. */
  isBusy?: boolean;
}

const DOUBLE_CLICK_MS = 500;

export function Button({ kind = "plain", icon, isBusy, children, ...rest }: ButtonProps) {
  const [shownAt] = useState(() => performance.now());
  const classes = [style.button, kind !== "plain" && style[kind], !children && style.icon];
  const ignoreSecondPress = (event: MouseEvent) => {
    // The second press of a double click was aimed at the button that was here before.
    if (event.detail < 2 || event.timeStamp - shownAt > DOUBLE_CLICK_MS) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button
      type="button"
      {...rest}
      onClickCapture={ignoreSecondPress}
      className={classes.filter(Boolean).join(" ")}
      disabled={rest.disabled || isBusy}
      aria-busy={isBusy || undefined}
    >
      {isBusy ? <LoaderCircle size={17} className={style.spinner} aria-hidden /> : icon}
      {children}
    </button>
  );
}

interface LinkProps {
  href: string;
  kind?: ButtonKind;
  icon?: ReactElement;
  children: ReactNode;
}

/** A link that looks like a button. */
export function ButtonLink({ kind = "plain", icon, ...rest }: LinkProps) {
  const classes = [style.button, kind !== "plain" && style[kind]].filter(Boolean).join(" ");
  return (
    <a href={rest.href} className={classes}>
      {icon}
      {rest.children}
    </a>
  );
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with the value. */
  error?: ReactNode;
  /** An input, select or textarea. */
  children: ReactElement<Record<string, unknown>>;
}

/** A control with its label, hint and error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={style.field}>
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, {
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && (
        <span id={`${id}-hint`} className={style.hint}>
          {hint}
        </span>
      )}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  );
}

/** The error of a field or of a group of fields. */
export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <span id={id} className={style.field_error} role="alert">
      {children}
    </span>
  );
}

/** The options of a select, as pairs of value and name. */
export function Choices({ of: choices }: { of: [string, string][] }) {
  return choices.map(([value, name]) => (
    <option key={value} value={value}>
      {name}
    </option>
  ));
}

interface CheckboxProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Checkbox({ label, hint, checked, onChange, disabled }: CheckboxProps) {
  return (
    <label className={style.check}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {hint && <span className={style.hint}> {hint}</span>}
      </span>
    </label>
  );
}

/** A secret that is shown once, with a button to copy it. */
export function Secret({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const [isCopyBlocked, setCopyBlocked] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopyBlocked(true); // by the browser or its policy
    }
  };
  return (
    <div className={style.secret}>
      <code>{text}</code>
      <Button
        icon={isCopied ? <Check size={17} aria-hidden /> : <Copy size={17} aria-hidden />}
        onClick={copy}
        data-first
      >
        {isCopied ? "Copied" : "Copy"}
        <span className="hidden-visually"> {label}</span>
      </Button>
      {isCopyBlocked && <FieldError>Couldn't copy. Select the text and copy it.</FieldError>}
    </div>
  );
}
