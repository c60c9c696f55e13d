/** Filters with invalid text, which have no effect: the list then differs from what the reader set. */

import { createContext, useContext, useEffect, useState } from "react";

type Report = (label: string, isInvalid: boolean) => void;

/** Receives the label of each filter that becomes valid or invalid. */
export const InvalidFiltersContext = createContext<Report>(() => {});

/** Return the labels of invalid filters, and the function that reports one. */
export function useInvalidFilters(): [string[], Report] {
  const [labels, setLabels] = useState<string[]>([]);
  const [report] = useState<Report>(() => (label: string, isInvalid: boolean) => {
    setLabels((earlier) => [
      ...earlier.filter((other) => other !== label),
      ...(isInvalid ? [label] : []),
    ]);
  });
  return [labels, report];
}

/** Report an invalid filter to the view while it is shown. */
export function useReportInvalid(label: string, isInvalid: boolean): void {
  const report = useContext(InvalidFiltersContext);
  useEffect(() => {
    if (!isInvalid) return;
    report(label, true);
    return () => report(label, false);
  }, [report, label, isInvalid]);
}
