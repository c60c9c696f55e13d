/** Sending bytes to a signed URL, and to a new one if it has expired. */

import { StorageError, toUploadError } from "./errors";

/** How many URLs in a row are replaced before the upload stops. */
const MAX_REPLACEMENTS = 3;

/**
 * Return the result of `send`. S3 rejects an expired URL with 403; `send` is then called with a new
 * URL. Other parts of the upload aren't affected.
 */
export async function sendToSignedUrl<U, T>(
  first: U,
  send: (url: U) => Promise<T>,
  renew: () => Promise<U>,
): Promise<T> {
  let url = first;
  for (let replacements = 0; ; replacements++) {
    try {
      return await send(url);
    } catch (error) {
      const uploadError = toUploadError(error);
      if (!(uploadError instanceof StorageError) || uploadError.status !== 403) throw error;
      if (replacements === MAX_REPLACEMENTS) throw uploadError;
      url = await renew();
    }
  }
}
