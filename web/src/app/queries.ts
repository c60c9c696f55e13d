/** How the page asks: faults that pass are tried again, what a person did wrong is not. */

import { notifyManager, QueryClient } from "@tanstack/react-query";
import { isPassing } from "../api/problems";

// At once, not in a moment: a button that was pressed is busy before it can be pressed again.
notifyManager.setScheduler(queueMicrotask);

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always", // a stack on this machine answers without a network
        retry: (failures, error) => isPassing(error) && failures < 4,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000),
        staleTime: 5_000,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
