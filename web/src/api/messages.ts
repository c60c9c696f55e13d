/** API messages for readers of this page: advice that only a program can follow is replaced. */

interface ApiMessage {
  code: string;
  message: string;
}

/** Advice by error code; it replaces sentences about API options or headers. */
const ADVICE: Record<string, string> = {
  header_incomplete: "Rename the columns in the file, or assign a field to each of them.",
  header_not_utf8: "Save the file as UTF-8, or choose another encoding.",
  header_has_nul: "If the file is UTF-16, choose that encoding.",
  header_name_too_long: "Shorten it, or ignore the column.",
  mapping_unknown_column: "The chosen columns don't match the file's. Assign them again.",
  mapping_repeated_field: "Two columns have the same field. Choose another field for one of them.",
  invalid_encoding: "Save the file as UTF-8, or choose its encoding when you import it.",
  report_not_ready: "The file of rejected records is available when the import has finished.",
  gateway_timeout: "The request timed out. Try again.",
  request_in_progress: "The first request is still running. Try again in a moment.",
  idempotency_key_reused: "An earlier request was different. Try again.",
  key_shown_once:
    "The key was created, but the response with it was lost. Revoke that key and create another.",
  secret_shown_once:
    "The webhook was created, but the response with its secret was lost. Rotate the secret.",
};
/** Labels that aren't the words of the option's name. */
const LABELS: Record<string, string> = {
  member: "File in the archive",
  sku_from: "SKU from columns",
  match: "Match products by",
  rounding: "Prices with more than 2 decimals",
  short_rows: "Short records",
  max_rejects: "Maximum rejected records",
  max_reject_rate: "Maximum rejected percentage",
  missing: "Products missing from the file",
  scope: "Which products",
  max_missing: "Limit in products",
};
const FOR_PROGRAMS = /options\.\w|Idempotency-Key|application\/json/;

/** Return the message with advice that a reader of the page can follow. */
export function messageFor({ code, message }: ApiMessage): string {
  const advice = ADVICE[code];
  if (!advice) return message.replace(/\boptions\.(\w+)/g, (_, name: string) => labelOf(name));
  const sentences = message.split(/(?<=[.!?]) (?=[A-Z])/);
  return [...sentences.filter((sentence) => !FOR_PROGRAMS.test(sentence)), advice].join(" ");
}

/** Return the label of an option in the form: options.decimal_mark is "Decimal mark". */
function labelOf(name: string): string {
  const words = LABELS[name] ?? name.replaceAll("_", " ");
  return `"${words.charAt(0).toUpperCase()}${words.slice(1)}"`;
}
