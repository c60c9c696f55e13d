/** The requirements for a file, for first-time users. */

import { linkTo } from "../../app/route";
import { FIELDS } from "../../products/fields";
import style from "./choose.module.css";

const EXAMPLE = `sku,name,price,quantity
LAMP-1,Desk lamp,24.90,12
LAMP-2,"Floor lamp, tall",89,3`;

export function FileRequirements() {
  return (
    <section className={`card ${style.requirements}`} aria-labelledby="file-requirements">
      <div className="stack">
        <h2 id="file-requirements">File requirements</h2>
        <ul>
          <li>A header row with the column names.</li>
          <li>
            Columns for <strong>SKU</strong> and <strong>name</strong>. The column names of common
            shop exports are recognized.
          </li>
          <li>Optional columns: {listOptional()}. Every other column becomes an attribute.</li>
        </ul>
        <p className="soft">
          Products with an existing SKU are updated. Earlier imports are in the{" "}
          <a href={linkTo("jobs")}>history</a>.
        </p>
      </div>
      <pre>{EXAMPLE}</pre>
    </section>
  );
}

function listOptional(): string {
  const optional = FIELDS.filter(({ required }) => !required);
  return new Intl.ListFormat("en").format(optional.map(({ label }) => label.toLowerCase()));
}
