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
  /** While what it started is under way: it cannot be pressed again, and says so. */
  isBusy?: boolean;
}

const DOUBLE_CLICK_MS = 500;

export function Button({ kind = "plain", icon, isBusy, children, ...rest }: ButtonProps) {
  const [shownAt] = useState(() => performance.now());
  const classes = [style.button, kind !== "plain" && style[kind], !children && style.icon];
  const ignoreSecondPress = (event: MouseEvent) => {
    // The first press of a double click was meant for what was in its place before.
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
  /** What is wrong with it, as the API says it. */
  fault?: ReactNode;
  /** An input, select or textarea. */
  children: ReactElement<Record<string, unknown>>;
}

/** A control with its label, its hint, and what is wrong with it. */
export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div className={style.field}>
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, {
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": fault ? true : undefined,
      })}
      {hint && (
        <span id={`${id}-hint`} className={style.hint}>
          {hint}
        </span>
      )}
      {fault && <FieldFault id={`${id}-fault`}>{fault}</FieldFault>}
    </div>
  );
}

/** What is wrong with a field, or with a group of them. */
export function FieldFault({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <span id={id} className={style.fault} role="alert">
      {children}
    </span>
  );
}

/** The options of a select: what each is, and what it is called. */
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

/** A text that is shown once, to be copied. */
export function Secret({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const [isRefused, setRefused] = useState(false);
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
      setRefused(true); // by the browser, or whoever set it up
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
        <span className="hidden-visually">the {label}</span>
      </Button>
      {isRefused && <FieldFault>It could not be copied: select the text, and copy it.</FieldFault>}
    </div>
  );
}
