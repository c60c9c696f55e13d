/** Chooses the events that a webhook is sent. */

import { Checkbox, FieldFault } from "../ui/controls";
import {
  ALL,
  ALL_WORDS,
  type Chosen,
  choose,
  covers,
  EDITS,
  ENDS,
  EVENTS,
  type EventType,
} from "./events";
import style from "./webhooks.module.css";

interface EventBoxesProps {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
  fault?: string;
}

export function EventBoxes({ chosen, onChange, fault }: EventBoxesProps) {
  const isAll = chosen.includes(ALL);
  const box = (type: EventType, isImplied: boolean) => (
    <Checkbox
      key={type}
      label={EVENTS[type]}
      hint={type}
      disabled={isImplied}
      checked={covers(chosen, type)}
      onChange={(isChosen) => onChange(choose(chosen, type, isChosen))}
    />
  );
  return (
    <fieldset className={style.boxes}>
      <legend>What it is sent</legend>
      <Checkbox
        label={ALL_WORDS}
        hint="also of kinds that are added later"
        checked={isAll}
        onChange={(isChosen) => onChange(choose(chosen, ALL, isChosen))}
      />
      <div className={style.under}>{ENDS.map((type) => box(type, isAll))}</div>
      <p className="small soft">Single edits: there may be very many.</p>
      <div className={style.under}>{EDITS.map((type) => box(type, false))}</div>
      {fault && <FieldFault>{fault}</FieldFault>}
    </fieldset>
  );
}
