/** A product's last import and timestamps. */

import { linkTo } from "../app/route";
import { formatCount, Time } from "../ui/format";
import style from "./form.module.css";
import { useImportName } from "./useImportName";
import type { Product } from "./values";

export function Origin({ product }: { product: Product }) {
  const { source } = product;
  const filename = useImportName(source?.job_id);
  return (
    <dl className={style.origin}>
      <dt>Last import</dt>
      <dd>
        {source ? (
          <>
            <a href={linkTo(`import/${source.job_id}`)}>{filename ?? source.job_id}</a>, line{" "}
            {formatCount(source.line)}
          </>
        ) : (
          "Not imported"
        )}
      </dd>
      <dt>Created</dt>
      <dd>
        <Time at={product.created_at} />
      </dd>
      <dt>Updated</dt>
      <dd>
        <Time at={product.updated_at} />
      </dd>
      <dt>ID</dt>
      <dd className="mono">{product.id}</dd>
    </dl>
  );
}
