/** Products that were changed after the job that is undone. */

import { linkTo } from "../../app/route";
import { type Conflict, describeReason } from "./describe";
import style from "./undo.module.css";

interface Props {
  conflicts: Conflict[];
  /** Whether the undo has run, so that the fate of each product is known. */
  isDone?: boolean;
}

export function ConflictTable({ conflicts, isDone }: Props) {
  return (
    <section className={`scroll ${style.conflicts}`} aria-label="Conflicts" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">SKU</th>
            <th scope="col">Reason</th>
            {isDone && <th scope="col">Outcome</th>}
          </tr>
        </thead>
        <tbody>
          {conflicts.map((conflict) => (
            <tr key={conflict.product_id}>
              <td>
                <a href={linkTo(`products/${conflict.product_id}`)}>
                  {conflict.sku ?? conflict.product_id}
                </a>
              </td>
              <td>{describeReason(conflict)}</td>
              {isDone && <td>{conflict.is_overwritten ? "Undone" : "Kept"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
