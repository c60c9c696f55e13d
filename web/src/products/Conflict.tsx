/** Resolves an edit conflict: for each field, their value or yours. */

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../ui/controls";
import { Time } from "../ui/format";
import { Notice } from "../ui/states";
import { formatPrice } from "./describe";
import { describeFlag, findField } from "./fields";
import style from "./form.module.css";
import { attributeName, type Choices, type FieldConflict } from "./values";

export interface OwnChange {
  name: string;
  yours: string | undefined;
}

interface Props {
  conflicts: FieldConflict[];
  /** The values that only the form changed. */
  own: OwnChange[];
  changedAt: string;
  onResolve: (choices: Choices) => void;
  onBack: () => void;
}

export function Conflict({ conflicts, own, changedAt, onResolve, onBack }: Props) {
  // Fields that this form left unchanged default to their value; the others need a choice.
  const [choices, setChoices] = useState<Choices>(() => chooseUnedited(conflicts));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.focus(), []); // so that it is read out in place of the form
  const isIncomplete = conflicts.some(({ name }) => !choices[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onResolve(choices);
  };
  return (
    <form
      ref={form}
      tabIndex={-1}
      aria-label="Conflicting changes"
      className={`stack ${style.product}`}
      onSubmit={submit}
    >
      <Notice tone="warn" title="Someone else changed this product.">
        Their changes were saved <Time at={changedAt} isRelative />; yours aren't saved yet. Choose
        which values to keep.
      </Notice>
      {conflicts.map((conflict) => (
        <ConflictChoice
          key={conflict.name}
          conflict={conflict}
          choice={choices[conflict.name]}
          onChoose={(choice) => setChoices({ ...choices, [conflict.name]: choice })}
        />
      ))}
      {own.length > 0 && <OwnChanges own={own} />}
      <div className={style.actions}>
        <Button type="submit" kind="primary" disabled={isIncomplete}>
          Save
        </Button>
        <Button onClick={onBack}>Back to form</Button>
      </div>
    </form>
  );
}

/** The changes that need no choice. */
function OwnChanges({ own }: { own: OwnChange[] }) {
  return (
    <section aria-label="Your other changes">
      <p className="soft small">Your other changes are saved too:</p>
      <ul className={style.conditions}>
        {own.map(({ name, yours }) => (
          <li key={name} className={style.value}>
            {labelOf(name)}: {formatValue(name, yours)}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ChoiceProps {
  conflict: FieldConflict;
  choice: Choices[string] | undefined;
  onChoose: (choice: Choices[string]) => void;
}

function ConflictChoice({ conflict, choice, onChoose }: ChoiceProps) {
  const options = [
    { value: "theirs", label: "Theirs", text: conflict.theirs },
    { value: "yours", label: conflict.isYours ? "Yours" : "Original", text: conflict.yours },
  ] as const;
  return (
    <fieldset className={style.conflict}>
      <legend>{labelOf(conflict.name)}</legend>
      {options.map(({ value, label, text }) => (
        <label key={value} className={style.option}>
          <input
            type="radio"
            name={conflict.name}
            checked={choice === value}
            onChange={() => onChoose(value)}
          />
          <span className="soft">{label}</span>
          <span className={style.value}>{formatValue(conflict.name, text)}</span>
        </label>
      ))}
      {conflict.isYours && (
        <p className="soft small">Original: {formatValue(conflict.name, conflict.before)}</p>
      )}
    </fieldset>
  );
}

function chooseUnedited(conflicts: FieldConflict[]): Choices {
  return Object.fromEntries(
    conflicts.filter(({ isYours }) => !isYours).map(({ name }) => [name, "theirs" as const]),
  );
}

function labelOf(name: string): string {
  const attribute = attributeName(name);
  return attribute === undefined ? (findField(name)?.label ?? name) : `Attribute ${attribute}`;
}

function formatValue(name: string, text: string | undefined) {
  if (text === undefined) return <em className="soft">removed</em>;
  if (text === "") return <em className="soft">blank</em>;
  const field = findField(name);
  if (field?.kind === "boolean") return describeFlag(field, text === "true");
  if (field?.kind === "decimal" && Number.isFinite(Number(text))) return formatPrice(text);
  return text;
}
