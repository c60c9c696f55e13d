/** One product, read, saved, created and deleted: always the version that was read. */

import { api, ask, askWhole, type Schema } from "../api/client";
import type { OnceHeader } from "../api/once";
import { ProblemError } from "../api/problems";
import { makePatch, makeProduct, type Product, type Values, valuesOf } from "./values";

/** A product as it was read, and the ETag of that version. */
export interface ReadProduct {
  product: Product;
  etag: string;
}

/** Saved; or it is another version by now, and nothing was saved. */
export type Saved = { isSaved: true; read: ReadProduct } | { isSaved: false; theirs: ReadProduct };

export async function readProduct(id: number, signal?: AbortSignal): Promise<ReadProduct> {
  const params = { path: { product_id: id } };
  return keepEtag(await askWhole(api.GET("/products/{product_id}", { params, signal })));
}

/** Send what differs from the version that was read. */
export async function saveProduct(read: ReadProduct, values: Values): Promise<Saved> {
  const { id } = read.product;
  const params = { path: { product_id: id }, header: { "If-Match": read.etag } };
  const body = makePatch(valuesOf(read.product), values);
  const headers = { "Content-Type": "application/merge-patch+json" };
  try {
    const patching = api.PATCH("/products/{product_id}", { params, body, headers });
    return { isSaved: true, read: keepEtag(await askWhole(patching)) };
  } catch (error) {
    if (!isChanged(error)) throw error;
    return { isSaved: false, theirs: await readProduct(id) };
  }
}

export function createProduct(values: Values, header: OnceHeader) {
  return ask(api.POST("/products", { params: { header }, body: makeProduct(values) }));
}

/** Delete it if it is still the version that was read; without an ETag, whatever it is now. */
export async function deleteProduct(id: number, etag?: string): Promise<void> {
  const params = { path: { product_id: id }, header: etag ? { "If-Match": etag } : {} };
  await askWhole(api.DELETE("/products/{product_id}", { params }));
}

export function isChanged(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 412;
}

/** Return the product that has the SKU already, where that is what is wrong. */
export function takenBy(error: unknown): Schema["OtherProduct"] | undefined {
  const isTaken = error instanceof ProblemError && error.code === "sku_taken";
  return isTaken ? error.problem.product : undefined;
}

function keepEtag(answered: { data: Product; response: Response }): ReadProduct {
  return { product: answered.data, etag: answered.response.headers.get("ETag") ?? "*" };
}
