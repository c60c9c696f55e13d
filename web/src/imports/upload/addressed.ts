/** Sends bytes to an address that was given for them; when it is refused, to another one. */

import { readFault, StorageError } from "./faults";

/** Refusals in a row that are met with another address before a person is asked. */
const MOST_REFUSALS = 3;

/**
 * Return what `send` brings. An address that has expired is refused, and the next one may be taken;
 * whatever else is on its way meanwhile goes on.
 */
export async function sendTo<A, T>(
  first: A,
  send: (address: A) => Promise<T>,
  findAnother: () => Promise<A>,
): Promise<T> {
  let address = first;
  for (let refusals = 0; ; refusals++) {
    try {
      return await send(address);
    } catch (error) {
      const fault = readFault(error);
      if (!(fault instanceof StorageError) || fault.status !== 403) throw error;
      if (refusals === MOST_REFUSALS) throw fault;
      address = await findAnother();
    }
  }
}
