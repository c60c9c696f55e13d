/** Webhooks as the API has them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schema } from "../api/client";
import { Once } from "../api/once";
import { isPassing } from "../api/problems";

export type Webhook = Schema["Webhook"];
export type NewWebhook = Schema["NewWebhook"];

const LIST = ["webhooks"];
const MOST = 100; // there are at most 50
const LOOKED_AFTER_MS = 10_000; // a receiver may begin to fail at any time

const one = (webhookId: string) => [...LIST, webhookId];
const at = (webhookId: string) => ({ params: { path: { webhook_id: webhookId } } });

export function useWebhooks() {
  return useQuery({
    queryKey: LIST,
    queryFn: () => ask(api.GET("/webhooks", { params: { query: { limit: MOST } } })),
    refetchInterval: LOOKED_AFTER_MS,
  });
}

export function useWebhook(webhookId: string) {
  return useQuery({
    queryKey: one(webhookId),
    queryFn: () => ask(api.GET("/webhooks/{webhook_id}", at(webhookId))),
    refetchInterval: LOOKED_AFTER_MS,
  });
}

export function useCreateWebhook() {
  const keep = useKeeping();
  const [once] = useState(() => new Once());
  return useMutation({
    mutationFn: (body: Schema["CreateWebhook"]) =>
      once.send(body, (header) => ask(api.POST("/webhooks", { body, params: { header } }))),
    onSuccess: keep,
  });
}

export function useChangeWebhook(webhookId: string) {
  const keep = useKeeping();
  return useMutation({
    mutationFn: (body: Schema["ChangeWebhook"]) =>
      ask(api.PATCH("/webhooks/{webhook_id}", { ...at(webhookId), body })),
    onSuccess: keep,
  });
}

export function useRotateSecret(webhookId: string) {
  const [once] = useState(() => new Once());
  const path = { webhook_id: webhookId };
  return useMutation({
    mutationFn: () =>
      once.send(null, (header) =>
        ask(api.POST("/webhooks/{webhook_id}/rotate-secret", { params: { path, header } })),
      ),
  });
}

export function useTestCall(webhookId: string) {
  return useMutation({
    mutationFn: () => ask(api.POST("/webhooks/{webhook_id}/test", at(webhookId))),
  });
}

export function useDeleteWebhook(onSuccess: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (webhookId: string) => {
      await ask(api.DELETE("/webhooks/{webhook_id}", at(webhookId)));
    },
    onSuccess: (_, webhookId) => {
      onSuccess();
      queries.removeQueries({ queryKey: one(webhookId) });
      return queries.invalidateQueries({ queryKey: LIST, exact: true });
    },
  });
}

/** What is not there will not be there for asking again. */
export function retryOf(error: Error, retry: () => unknown): (() => void) | undefined {
  return isPassing(error) ? () => void retry() : undefined;
}

/** Return what keeps a changed webhook, without its secret, and looks for it in the list. */
function useKeeping() {
  const queries = useQueryClient();
  return (webhook: Webhook | NewWebhook) => {
    const kept: Webhook & { secret?: unknown } = { ...webhook };
    delete kept.secret;
    queries.setQueryData(one(webhook.webhook_id), kept);
    return queries.invalidateQueries({ queryKey: LIST, exact: true });
  };
}
