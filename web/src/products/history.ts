/** Requests for the versions of a product, and their descriptions. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { api, nextCursor, request, requestWithResponse, type Schema } from "../api/client";
import { type ReadProduct, withEtag } from "./edits";
import { describeFlag, findField, toText } from "./fields";

export type Version = Schema["Version"];
type Change = Version["changes"][number];

const PAGE = 20;
const ATTRIBUTE = "attributes.";

/** The versions of a product, newest first; read again for each `etag`. */
export function useHistory(id: number, etag: string) {
  return useInfiniteQuery({
    queryKey: ["product-history", id, etag],
    queryFn: ({ pageParam, signal }) => readHistory(id, PAGE, pageParam || undefined, signal),
    initialPageParam: "",
    getNextPageParam: nextCursor,
    gcTime: 0,
  });
}

/** Give a product the values of a version; with an ETag, only if it still matches. */
export async function restoreVersion(
  id: number,
  version: number,
  etag?: string,
): Promise<ReadProduct> {
  const params = { path: { product_id: id }, header: etag ? { "If-Match": etag } : {} };
  const restoring = api.POST("/products/{product_id}/restore", { params, body: { version } });
  return withEtag(await requestWithResponse(restoring));
}

/** Bring a product back that was just deleted. */
export async function undoDeletion(id: number): Promise<ReadProduct> {
  const { items } = await readHistory(id, 2);
  return restoreVersion(id, items[1]?.version ?? 1);
}

/** Return a change's field and values as text: "Price", "19.90", "24.90". */
export function describeChange({ field: name, before, after, is_shortened }: Change) {
  const field = findField(name);
  const describe = (value: unknown) => {
    if (value === null || value === "") return "none";
    if (field?.kind === "boolean") return describeFlag(field, value === true);
    return toText(value as string | number) + (is_shortened ? "…" : "");
  };
  const label = name.startsWith(ATTRIBUTE) ? name.slice(ATTRIBUTE.length) : (field?.label ?? name);
  return { label, before: describe(before), after: describe(after) };
}

function readHistory(id: number, limit: number, cursor?: string, signal?: AbortSignal) {
  const params = { path: { product_id: id }, query: { limit, cursor } };
  return request(api.GET("/products/{product_id}/history", { params, signal }));
}
