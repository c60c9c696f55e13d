/** What a file has to look like, for those who come for the first time. */

import { linkTo } from "../../app/route";
import style from "./choose.module.css";

const EXAMPLE = `sku,name,price,quantity
LAMP-1,Desk lamp,24.90,12
LAMP-2,"Floor lamp, tall",89,3`;

export function WhatAFileNeeds() {
  return (
    <section className={`card ${style.needs}`} aria-labelledby="what-a-file-needs">
      <div className="stack">
        <h2 id="what-a-file-needs">What a file needs</h2>
        <ul>
          <li>A first line with the names of its columns.</li>
          <li>
            A column with the <strong>SKU</strong> and one with the <strong>name</strong>. Exports
            of the common shops are understood as they are.
          </li>
          <li>
            Description, price, quantity and active, if you have them. Every other column is kept as
            an attribute.
          </li>
        </ul>
        <p className="soft">
          A product whose SKU is there already is updated. What was imported before is in the{" "}
          <a href={linkTo("jobs")}>history</a>.
        </p>
      </div>
      <pre>{EXAMPLE}</pre>
    </section>
  );
}
