/** The HTTP client of the API, typed by its OpenAPI document; it sends the session's token. */

import createClient from "openapi-fetch";
import { freshToken, handleRejectedToken } from "../session/token";
import { ProblemError, parseProblem, toRequestError } from "./problems";
import { API_ROOT } from "./root";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];

export const api = createClient<paths>({
  baseUrl: API_ROOT.href.replace(/\/$/, ""),
  fetch: fetchWithToken,
  // Sends parameters such as `price[gte]` under their own names.
  querySerializer: { object: { style: "form", explode: true } },
});

interface FetchResult<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return the response's data. Raises ProblemError, or UnreachableError if no response arrives. */
export async function request<T>(pending: Promise<FetchResult<T>>): Promise<NonNullable<T>> {
  return (await requestWithResponse(pending)).data;
}

/** Like `request`, but also return the response, for its headers such as ETag. */
export async function requestWithResponse<T>(
  pending: Promise<FetchResult<T>>,
): Promise<{ data: NonNullable<T>; response: Response }> {
  const { data, error, response } = await awaitResult(pending);
  if (!response.ok) throw new ProblemError(parseProblem(response, error));
  return { data: data as NonNullable<T>, response };
}

/** Return the result whatever its status. Raises UnreachableError if the response is incomplete. */
export async function awaitResult<T>(pending: Promise<FetchResult<T>>): Promise<FetchResult<T>> {
  try {
    return await pending;
  } catch (error) {
    throw toRequestError(error);
  }
}

/** Return the next page's cursor in the form TanStack Query expects. */
export function nextCursor(page: { next_cursor?: string | null }): string | undefined {
  return page.next_cursor ?? undefined;
}

async function fetchWithToken(request: Request): Promise<Response> {
  const token = await freshToken();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status === 401 && token) handleRejectedToken(token);
  return response;
}
