/** Products that were changed after the plan was made, and the choice of what happens to them. */

import { linkTo } from "../../app/route";
import { formatCount } from "../../ui/format";
import { Notice } from "../../ui/states";
import type { OnDrift, Plan } from "./plan";
import style from "./plan.module.css";

type Drift = NonNullable<Plan["drift"]>;

const CHOICES: [OnDrift, string][] = [
  ["skip", "Keep the current values, and apply the other changes"],
  ["overwrite", "Overwrite with the values of the file"],
];

interface Props {
  drift: Drift;
  chosen: OnDrift;
  onChoose: (chosen: OnDrift) => void;
}

export function DriftChoice({ drift, chosen, onChoose }: Props) {
  const { count, products } = drift;
  const subject =
    count === 1 ? "1 product was changed" : `${formatCount(count)} products were changed`;
  return (
    <div className="stack tight">
      <Notice tone="warn" title={`${subject} after the plan was made.`}>
        Nothing has been applied. Choose what happens to {count === 1 ? "it" : "them"}.
      </Notice>
      <ul className={style.drifted} aria-label="Products changed since the plan">
        {products.map((product) => (
          <li key={`${product.product_id} ${product.line}`}>
            {product.product_id === null ? (
              product.sku
            ) : (
              <a href={linkTo(`products/${product.product_id}`)}>
                {product.sku ?? product.product_id}
              </a>
            )}
          </li>
        ))}
        {products.length < count && <li>and {formatCount(count - products.length)} more</li>}
      </ul>
      <fieldset className={style.choice}>
        <legend className="hidden-visually">Products changed since the plan</legend>
        {CHOICES.map(([choice, label]) => (
          <label key={choice}>
            <input
              type="radio"
              name="on_drift"
              checked={chosen === choice}
              onChange={() => onChoose(choice)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
