/** The frame of an import that is loading or can't be shown. */

import type { ReactNode } from "react";
import { linkTo } from "../../app/route";
import { ButtonLink } from "../../ui/controls";
import { ViewHead } from "../../ui/states";

export function ImportPlaceholder({ children }: { children: ReactNode }) {
  return (
    <div className="stack">
      <ViewHead title="Import">
        <ButtonLink href={linkTo("jobs")}>History</ButtonLink>
      </ViewHead>
      {children}
    </div>
  );
}
