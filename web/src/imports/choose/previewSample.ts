/** A preview for tests. */

import type { Preview } from "./preview";

export const PREVIEW: Preview = {
  encoding: "utf-8",
  delimiter: ",",
  header_line: 1,
  decimal_mark: null,
  columns: [],
  records: [],
  profile: null,
  error: null,
};
