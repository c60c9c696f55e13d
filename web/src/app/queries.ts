/** The query client: transient errors are retried, other errors are shown at once. */

import { notifyManager, QueryClient } from "@tanstack/react-query";
import { isTransient } from "../api/problems";

// Without a delay, so that a pressed button is busy before it can be pressed again.
notifyManager.setScheduler(queueMicrotask);

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always", // a local stack needs no network
        retry: (failures, error) => isTransient(error) && failures < 4,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000),
        staleTime: 5_000,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
