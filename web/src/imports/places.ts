/** Where in a file a warning applies. */

import type { Schema } from "../api/client";

/** Describe the columns and lines of a warning: "Columns: Preis, UVP · Lines: 3, 8". */
export function describePlaces({ columns, lines }: Pick<Schema["Warning"], "columns" | "lines">) {
  return [describeList("Column", columns), describeList("Line", lines)].filter(Boolean).join(" · ");
}

function describeList(name: string, members: (string | number)[]): string {
  if (!members.length) return "";
  return `${name}${members.length === 1 ? "" : "s"}: ${members.join(", ")}`;
}
