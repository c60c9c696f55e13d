/** Checkboxes for the events of a webhook. */

import { Checkbox, FieldError } from "../ui/controls";
import {
  ALL,
  ALL_LABEL,
  type Chosen,
  chooseType,
  EVENTS,
  type EventType,
  includesType,
  JOB_EVENTS,
  PRODUCT_EVENTS,
} from "./events";
import style from "./webhooks.module.css";

interface EventBoxesProps {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
  error?: string;
}

export function EventBoxes({ chosen, onChange, error }: EventBoxesProps) {
  const isAll = chosen.includes(ALL);
  const box = (type: EventType, isImplied: boolean) => (
    <Checkbox
      key={type}
      label={EVENTS[type]}
      hint={type}
      disabled={isImplied}
      checked={includesType(chosen, type)}
      onChange={(isChosen) => onChange(chooseType(chosen, type, isChosen))}
    />
  );
  return (
    <fieldset className={style.event_boxes}>
      <legend>Events</legend>
      <Checkbox
        label={ALL_LABEL}
        hint="including job events added later"
        checked={isAll}
        onChange={(isChosen) => onChange(chooseType(chosen, ALL, isChosen))}
      />
      <div className={style.indented}>{JOB_EVENTS.map((type) => box(type, isAll))}</div>
      <p className="small soft">Product events. A busy catalogue sends many of them.</p>
      <div className={style.indented}>{PRODUCT_EVENTS.map((type) => box(type, false))}</div>
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}
