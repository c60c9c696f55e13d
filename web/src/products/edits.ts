/** Requests for a single product; changes apply to the version that was read. */

import { api, request, requestWithResponse, type Schema } from "../api/client";
import type { IdempotencyHeader } from "../api/idempotency";
import { ProblemError } from "../api/problems";
import { makePatch, makeProduct, type Product, type Values, valuesOf } from "./values";

/** A product and the ETag of the version that was read. */
export interface ReadProduct {
  product: Product;
  etag: string;
}

/** The result of saving; if the product has changed meanwhile, nothing is saved. */
export type Saved = { isSaved: true; read: ReadProduct } | { isSaved: false; theirs: ReadProduct };

export async function readProduct(id: number, signal?: AbortSignal): Promise<ReadProduct> {
  const params = { path: { product_id: id } };
  return withEtag(await requestWithResponse(api.GET("/products/{product_id}", { params, signal })));
}

/** Send the values that differ from the version that was read. */
export async function saveProduct(read: ReadProduct, values: Values): Promise<Saved> {
  const { id } = read.product;
  const params = { path: { product_id: id }, header: { "If-Match": read.etag } };
  const body = makePatch(valuesOf(read.product), values);
  const headers = { "Content-Type": "application/merge-patch+json" };
  try {
    const patching = api.PATCH("/products/{product_id}", { params, body, headers });
    return { isSaved: true, read: withEtag(await requestWithResponse(patching)) };
  } catch (error) {
    if (!isOutdated(error)) throw error;
    return { isSaved: false, theirs: await readProduct(id) };
  }
}

export function createProduct(values: Values, header: IdempotencyHeader) {
  return request(api.POST("/products", { params: { header }, body: makeProduct(values) }));
}

/** Delete the product if its ETag still matches; without an ETag, delete it in any case. */
export async function deleteProduct(id: number, etag?: string): Promise<void> {
  const params = { path: { product_id: id }, header: etag ? { "If-Match": etag } : {} };
  await requestWithResponse(api.DELETE("/products/{product_id}", { params }));
}

/** Whether a request failed because the product has changed since it was read. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 412;
}

/** Return the product that has the SKU already, if that is the error. */
export function findSkuOwner(error: unknown): Schema["OtherProduct"] | undefined {
  const isTaken = error instanceof ProblemError && error.code === "sku_taken";
  return isTaken ? error.problem.product : undefined;
}

export function withEtag(result: { data: Product; response: Response }): ReadProduct {
  return { product: result.data, etag: result.response.headers.get("ETag") ?? "*" };
}
