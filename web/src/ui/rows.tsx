/** Lists with rows of several lines, for any width. */

import type { ReactNode } from "react";
import { Button } from "./controls";
import style from "./rows.module.css";
import { ErrorNotice } from "./states";

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={`card ${style.frame}`}>
      <ul className={style.rows} aria-label={label}>
        {children}
      </ul>
    </div>
  );
}

/** A row's name and its badges. */
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

/** A button for the next page of a list. Takes TanStack Query's state of the list. */
export function More({ hasNextPage, isFetchingNextPage, fetchNextPage, ...state }: MoreProps) {
  if (!hasNextPage) return null;
  return (
    <div className={style.more}>
      {state.isFetchNextPageError && <ErrorNotice error={state.error} />}
      <Button isBusy={isFetchingNextPage} onClick={() => fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
