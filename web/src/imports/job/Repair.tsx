/** How far the rejected records of an import are fixed, and by which imports. */

import { linkTo } from "../../app/route";
import type { ImportJob } from "../../jobs/job";
import { formatCount } from "../../ui/format";

export function Repair({ repair }: { repair: NonNullable<ImportJob["repair"]> }) {
  const last = repair.jobs.at(-1);
  return (
    <p className="soft small">
      {formatCount(repair.fixed)} of {formatCount(repair.of)} fixed
      {last && (
        <>
          {" · "}
          <a href={linkTo(`import/${last}`)}>Last import of fixed records</a>
        </>
      )}
    </p>
  );
}
