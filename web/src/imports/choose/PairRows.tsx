/** Rows of two texts, such as a cell and its value. */

import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/controls";
import style from "./choose.module.css";
import { TextInput } from "./TextInput";

type Pair = [string, string];

interface PairRowsProps {
  legend: string;
  labels: Pair;
  pairs: Pair[];
  /** Whether spaces around the texts count. */
  hasSpaces?: boolean;
  onChange: (pairs: Pair[]) => void;
}

/** A row without its first text isn't complete, and counts only here. */
export function PairRows({ legend, labels, pairs, hasSpaces, onChange }: PairRowsProps) {
  const [rows, setRows] = useState(pairs);
  const isOutdated = JSON.stringify(complete(rows)) !== JSON.stringify(pairs);
  const shown = isOutdated ? pairs : rows;
  const change = (changed: Pair[]) => {
    setRows(changed);
    onChange(complete(changed));
  };
  return (
    <fieldset className={style.fieldset}>
      <legend>{legend}</legend>
      {shown.map((pair, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place
        <div key={at} className={style.pair}>
          {pair.map((text, side) => (
            <TextInput
              key={labels[side]}
              aria-label={`${labels[side]} ${at + 1}`}
              placeholder={labels[side]}
              value={text}
              maxLength={255}
              hasSpaces={hasSpaces}
              isLive
              autoFocus={side === 0 && text === ""}
              onCommit={(put) => change(shown.with(at, replaceSide(pair, side, put ?? "")))}
            />
          ))}
          <Button
            kind="quiet"
            icon={<X size={16} aria-hidden />}
            aria-label={`Remove ${labels[0].toLowerCase()} ${at + 1}`}
            onClick={() => change(shown.filter((_, other) => other !== at))}
          />
        </div>
      ))}
      <div>
        <Button icon={<Plus size={16} aria-hidden />} onClick={() => setRows([...shown, ["", ""]])}>
          Add row<span className="hidden-visually"> to {legend.toLowerCase()}</span>
        </Button>
      </div>
    </fieldset>
  );
}

function complete(rows: Pair[]): Pair[] {
  return rows.filter(([first]) => first !== "");
}

function replaceSide(pair: Pair, side: number, text: string): Pair {
  return side === 0 ? [text, pair[1]] : [pair[0], text];
}
