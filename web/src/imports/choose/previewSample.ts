/** A preview for tests. */

import type { Preview } from "./preview";

export const PREVIEW: Preview = {
  members: [],
  member: null,
  sheets: [],
  sheet: null,
  encoding: "utf-8",
  delimiter: ",",
  header_line: 1,
  format: null,
  decimal_mark: null,
  currency: null,
  evidence: {},
  columns: [],
  records: [],
  warnings: [],
  profile: null,
  estimate: null,
  error: null,
};
