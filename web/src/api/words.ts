/** What the API says to those who write programs, in words of those who read this page. */

interface Said {
  code: string;
  message: string;
}

/** By code; in place of what names an option or a header of the API. */
const WORDS: Record<string, string> = {
  header_incomplete: "Name the columns in the file, or choose what each of them becomes.",
  header_not_utf8: "Save the file as UTF-8, or choose another encoding for it.",
  header_has_nul: "If it is UTF-16, choose that as its encoding.",
  header_name_too_long: "Shorten it, or leave that column out.",
  mapping_unknown_column: "The columns that were chosen are not those of the file. Choose anew.",
  mapping_repeated_field: "Two columns were chosen for the same field. Choose another for one.",
  invalid_encoding: "Save the file as UTF-8, or choose its encoding when you import it.",
  report_not_ready: "The rejected records are there as a file when the import has ended.",
  gateway_timeout: "The answer took too long. Try again.",
  request_in_progress: "The first try is still at work. Try again in a moment.",
  idempotency_key_reused: "Something else was asked for before. Try again.",
  key_shown_once:
    "The key was made, but the answer that showed it was lost. Revoke it, and make another.",
  secret_shown_once: "It was made, but the answer with its secret was lost. Rotate the secret.",
};
const OF_PROGRAMS = /options\.\w|Idempotency-Key|application\/json/;

/** Return a message, without what only a program could do, and with what a reader can do instead. */
export function wordsOf({ code, message }: Said): string {
  const own = WORDS[code];
  if (!own) return message;
  const kept = message.split(/(?<=[.!?]) (?=[A-Z])/).filter((said) => !OF_PROGRAMS.test(said));
  return [...kept, own].join(" ");
}
