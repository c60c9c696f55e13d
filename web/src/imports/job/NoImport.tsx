/** In the place of an import that cannot be shown, or not yet: why, under the view's own name. */

import type { ReactNode } from "react";
import { linkTo } from "../../app/route";
import { ButtonLink } from "../../ui/controls";
import { ViewHead } from "../../ui/states";

export function NoImport({ children }: { children: ReactNode }) {
  return (
    <div className="stack">
      <ViewHead title="Import">
        <ButtonLink href={linkTo("jobs")}>History</ButtonLink>
      </ViewHead>
      {children}
    </div>
  );
}
