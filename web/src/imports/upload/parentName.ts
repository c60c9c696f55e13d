/** Recognizing a downloaded file of rejected records, by its name. */

/** Return the job in the name of a file of rejected records, as browsers save it. */
export function parentInName(filename: string): string | undefined {
  return /^(job_[0-9a-z]{26})-rejects\b/.exec(filename)?.[1];
}
