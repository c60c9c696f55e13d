/** Queries and mutations of deliveries, including replay. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, nextCursor, request, type Schema } from "../api/client";
import { IdempotentRequest } from "../api/idempotency";
import { pollInterval } from "./polling";

export type Delivery = Schema["Delivery"];
export type Attempt = Schema["Attempt"];
export type DeliveryStatus = Delivery["status"];

const LOGS = ["deliveries"];
const PAGE = 25;

export const STATUSES: Record<DeliveryStatus, string> = {
  PENDING: "Pending",
  DELIVERED: "Delivered",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

export function isDeliveryStatus(text: string | null): text is DeliveryStatus {
  return text !== null && text in STATUSES;
}

export function useDeliveries(webhookId: string, status?: DeliveryStatus) {
  return useInfiniteQuery({
    queryKey: [...LOGS, webhookId, status],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, cursor: pageParam || undefined, status };
      const params = { path: { webhook_id: webhookId }, query };
      return request(api.GET("/webhooks/{webhook_id}/deliveries", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: nextCursor,
    refetchInterval: ({ state }) => pollInterval(...(state.data?.pages.map((p) => p.items) ?? [])),
  });
}

export function useDelivery(deliveryId: string) {
  return useQuery({
    queryKey: [...LOGS, "one", deliveryId],
    queryFn: () => {
      const params = { path: { delivery_id: deliveryId } };
      return request(api.GET("/deliveries/{delivery_id}", { params }));
    },
    refetchInterval: ({ state }) => (state.data ? pollInterval([state.data]) : false),
  });
}

/** `onSuccess` is called even if the button that started the replay is gone by then. */
export function useReplay(onSuccess: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: string) => {
      const params = { path: { delivery_id: deliveryId } };
      return request(api.POST("/deliveries/{delivery_id}/replay", { params }));
    },
    onSuccess: () => {
      onSuccess();
      return queries.invalidateQueries({ queryKey: LOGS });
    },
  });
}

export function useReplayWindow(webhookId: string, onSuccess: () => void) {
  const queries = useQueryClient();
  const [idempotent] = useState(() => new IdempotentRequest());
  const path = { webhook_id: webhookId };
  return useMutation({
    mutationFn: (body: Schema["ReplayWindow"]) =>
      idempotent.send(body, (header) =>
        request(api.POST("/webhooks/{webhook_id}/replay", { body, params: { path, header } })),
      ),
    onSuccess: () => {
      onSuccess();
      return queries.invalidateQueries({ queryKey: LOGS });
    },
  });
}
