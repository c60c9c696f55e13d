/** Lists whose rows have more to say than a table's cells hold, on any width. */

import type { ReactNode } from "react";
import { Button } from "./controls";
import style from "./rows.module.css";
import { Fault } from "./states";

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={`card ${style.frame}`}>
      <ul className={style.rows} aria-label={label}>
        {children}
      </ul>
    </div>
  );
}

/** What a row is called, and beside it how it is. */
export function RowTitle({ children }: { children: ReactNode }) {
  return <div className={`row tight ${style.title}`}>{children}</div>;
}

/** Short facts side by side. */
export function Facts({ children }: { children: ReactNode }) {
  return <div className={style.facts}>{children}</div>;
}

interface MoreProps {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => unknown;
}

/** Shows the next page of a list; it takes what TanStack Query knows of the list. */
export function More({ hasNextPage, isFetchingNextPage, fetchNextPage, ...failed }: MoreProps) {
  if (!hasNextPage) return null;
  return (
    <div className={style.more}>
      {failed.isFetchNextPageError && <Fault error={failed.error} />}
      <Button isBusy={isFetchingNextPage} onClick={() => fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
