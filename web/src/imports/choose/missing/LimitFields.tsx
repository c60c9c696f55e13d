/** How many missing products may be changed: the larger of a percentage and a number. */

import { Field } from "../../../ui/controls";
import type { Limit } from "../../missing";

interface Props {
  limit: Limit;
  onChange: (limit: Limit) => void;
}

const MOST_PRODUCTS = 1e15; // the API's limit

export function LimitFields({ limit, onChange }: Props) {
  const { percent, products } = limit;
  return (
    <>
      <Field label="Limit in percent">
        <input
          type="number"
          min={0}
          max={100}
          step="any"
          value={percent}
          onChange={({ target }) => onChange({ ...limit, percent: parse(target.value, 100) })}
        />
      </Field>
      <Field label="Limit in products">
        <input
          type="number"
          min={0}
          max={MOST_PRODUCTS}
          step={1}
          value={products}
          onChange={({ target }) =>
            onChange({ ...limit, products: Math.trunc(parse(target.value, MOST_PRODUCTS)) })
          }
        />
      </Field>
    </>
  );
}

/** Return a number from 0 up to the largest; an empty field is 0. */
function parse(text: string, most: number): number {
  return Math.min(most, Math.max(0, Number(text)));
}
