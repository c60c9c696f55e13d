/** Somebody else changed the product meanwhile: field by field, theirs or yours. */

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../ui/controls";
import { Time } from "../ui/format";
import { Notice } from "../ui/states";
import style from "./form.module.css";
import { type Choices, type Clash, readAttributeName } from "./values";
import { formatPrice } from "./words";

export interface Own {
  name: string;
  yours: string | undefined;
}

interface Props {
  clashes: Clash[];
  /** What was changed here alone, and what it is now. */
  own: Own[];
  changedAt: string;
  onDecide: (choices: Choices) => void;
  onBack: () => void;
}

export function Conflict({ clashes, own, changedAt, onDecide, onBack }: Props) {
  // What was not typed here is theirs unless said otherwise; what was is for the person to say.
  const [choices, setChoices] = useState<Choices>(() => decideUntyped(clashes));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.focus(), []); // it is read out, in place of the form
  const isUndecided = clashes.some(({ name }) => !choices[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDecide(choices);
  };
  return (
    <form
      ref={form}
      tabIndex={-1}
      aria-label="What was changed meanwhile"
      className={`stack ${style.product}`}
      onSubmit={submit}
    >
      <Notice tone="warn" title="Somebody else changed this product meanwhile.">
        Nothing is saved yet, and nothing you typed is lost. They saved theirs{" "}
        <Time at={changedAt} isDistance />. Choose what stays.
      </Notice>
      {clashes.map((clash) => (
        <ClashChoice
          key={clash.name}
          clash={clash}
          choice={choices[clash.name]}
          onChoose={(choice) => setChoices({ ...choices, [clash.name]: choice })}
        />
      ))}
      {own.length > 0 && <OwnChanges own={own} />}
      <div className={style.actions}>
        <Button type="submit" kind="primary" disabled={isUndecided}>
          Save with these choices
        </Button>
        <Button onClick={onBack}>Back to my form</Button>
      </div>
    </form>
  );
}

/** What only you changed: there is nothing to choose, and it is not lost. */
function OwnChanges({ own }: { own: Own[] }) {
  return (
    <section aria-label="Your other changes">
      <p className="soft small">Your other changes are saved with it:</p>
      <ul className={style.conditions}>
        {own.map(({ name, yours }) => (
          <li key={name} className={style.value}>
            {nameField(name)}: {showValue(name, yours)}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ChoiceProps {
  clash: Clash;
  choice: Choices[string] | undefined;
  onChoose: (choice: Choices[string]) => void;
}

function ClashChoice({ clash, choice, onChoose }: ChoiceProps) {
  const options = [
    { value: "theirs", words: "Theirs", text: clash.theirs },
    { value: "yours", words: clash.isYours ? "Yours" : "As it was", text: clash.yours },
  ] as const;
  return (
    <fieldset className={style.clash}>
      <legend>{nameField(clash.name)}</legend>
      {options.map(({ value, words, text }) => (
        <label key={value} className={style.option}>
          <input
            type="radio"
            name={clash.name}
            checked={choice === value}
            onChange={() => onChoose(value)}
          />
          <span className="soft">{words}</span>
          <span className={style.value}>{showValue(clash.name, text)}</span>
        </label>
      ))}
      {clash.isYours && (
        <p className="soft small">Before both: {showValue(clash.name, clash.before)}</p>
      )}
    </fieldset>
  );
}

function decideUntyped(clashes: Clash[]): Choices {
  return Object.fromEntries(
    clashes.filter(({ isYours }) => !isYours).map(({ name }) => [name, "theirs" as const]),
  );
}

function nameField(name: string): string {
  const attribute = readAttributeName(name);
  if (attribute !== undefined) return `Attribute ${attribute}`;
  return name === "sku" ? "SKU" : name.charAt(0).toUpperCase() + name.slice(1);
}

function showValue(name: string, text: string | undefined) {
  if (text === undefined) return <em className="soft">removed</em>;
  if (text === "") return <em className="soft">empty</em>;
  if (name === "active") return text === "true" ? "Active" : "Inactive";
  if (name === "price" && Number.isFinite(Number(text))) return formatPrice(text);
  return text;
}
