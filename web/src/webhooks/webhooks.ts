/** Queries and mutations of webhooks. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, request, type Schema } from "../api/client";
import { IdempotentRequest } from "../api/idempotency";
import { isTransient } from "../api/problems";

export type Webhook = Schema["Webhook"];
export type NewWebhook = Schema["NewWebhook"];

const LIST = ["webhooks"];
const LIMIT = 100; // there are at most 50
const POLL_MS = 10_000; // a receiver may start to fail at any time

const detailKey = (webhookId: string) => [...LIST, webhookId];
const pathOf = (webhookId: string) => ({ params: { path: { webhook_id: webhookId } } });

export function useWebhooks() {
  return useQuery({
    queryKey: LIST,
    queryFn: () => request(api.GET("/webhooks", { params: { query: { limit: LIMIT } } })),
    refetchInterval: POLL_MS,
  });
}

export function useWebhook(webhookId: string) {
  return useQuery({
    queryKey: detailKey(webhookId),
    queryFn: () => request(api.GET("/webhooks/{webhook_id}", pathOf(webhookId))),
    refetchInterval: POLL_MS,
  });
}

export function useCreateWebhook() {
  const cacheWebhook = useCacheWebhook();
  const [idempotent] = useState(() => new IdempotentRequest());
  return useMutation({
    mutationFn: (body: Schema["CreateWebhook"]) =>
      idempotent.send(body, (header) =>
        request(api.POST("/webhooks", { body, params: { header } })),
      ),
    onSuccess: cacheWebhook,
  });
}

export function useChangeWebhook(webhookId: string) {
  const cacheWebhook = useCacheWebhook();
  return useMutation({
    mutationFn: (body: Schema["ChangeWebhook"]) =>
      request(api.PATCH("/webhooks/{webhook_id}", { ...pathOf(webhookId), body })),
    onSuccess: cacheWebhook,
  });
}

export function useRotateSecret(webhookId: string) {
  const [idempotent] = useState(() => new IdempotentRequest());
  const path = { webhook_id: webhookId };
  return useMutation({
    mutationFn: () =>
      idempotent.send(null, (header) =>
        request(api.POST("/webhooks/{webhook_id}/rotate-secret", { params: { path, header } })),
      ),
  });
}

export function useTestCall(webhookId: string) {
  return useMutation({
    mutationFn: () => request(api.POST("/webhooks/{webhook_id}/test", pathOf(webhookId))),
  });
}

export function useDeleteWebhook(onSuccess: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (webhookId: string) => {
      await request(api.DELETE("/webhooks/{webhook_id}", pathOf(webhookId)));
    },
    onSuccess: (_, webhookId) => {
      onSuccess();
      queries.removeQueries({ queryKey: detailKey(webhookId) });
      return queries.invalidateQueries({ queryKey: LIST, exact: true });
    },
  });
}

/** Return a retry for a transient error; undefined for others, such as not found. */
export function retryIfTransient(error: Error, retry: () => unknown): (() => void) | undefined {
  return isTransient(error) ? () => void retry() : undefined;
}

/** Return a function that caches a changed webhook, without its secret, and refreshes the list. */
function useCacheWebhook() {
  const queries = useQueryClient();
  return (webhook: Webhook | NewWebhook) => {
    const cached: Webhook & { secret?: unknown } = { ...webhook };
    delete cached.secret;
    queries.setQueryData(detailKey(webhook.webhook_id), cached);
    return queries.invalidateQueries({ queryKey: LIST, exact: true });
  };
}
