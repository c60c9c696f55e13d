/** The products in conflict with an undo, and the choice of what happens to them. */

import { formatCount } from "../../ui/format";
import { Notice } from "../../ui/states";
import { ConflictTable } from "./ConflictTable";
import type { OnConflict, RevertPreview } from "./describe";
import style from "./undo.module.css";

const CHOICES: [OnConflict, string][] = [
  ["keep", "Keep them as they are now"],
  ["overwrite", "Undo them too; later changes to them are lost"],
];

interface Props {
  preview: RevertPreview;
  chosen: OnConflict;
  onChoose: (chosen: OnConflict) => void;
}

export function ConflictChoice({ preview: { counts, conflicts }, chosen, onChoose }: Props) {
  const count = counts.conflicts;
  return (
    <>
      <Notice
        tone="warn"
        title={
          count === 1
            ? "1 product was changed afterwards."
            : `${formatCount(count)} products were changed afterwards.`
        }
      />
      <ConflictTable conflicts={conflicts} />
      {conflicts.length < count && (
        <p className="soft small">
          The first {formatCount(conflicts.length)} of {formatCount(count)} are shown.
        </p>
      )}
      <fieldset className={style.choice}>
        <legend>{count === 1 ? "This product" : "These products"}</legend>
        {CHOICES.map(([choice, label]) => (
          <label key={choice}>
            <input
              type="radio"
              name="on_conflict"
              checked={chosen === choice}
              onChange={() => onChoose(choice)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
    </>
  );
}
