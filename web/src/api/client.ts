/** The one way to the API: typed by its document, with the session's token. */

import createClient from "openapi-fetch";
import { refuseToken, takeToken } from "../session/token";
import { ProblemError, readFailure, readProblem } from "./problems";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];

/** The API's root: the page is there, and its scripts are below `assets/`. */
export const API_ROOT = import.meta.env.DEV
  ? new URL("/", location.href)
  : new URL(/* @vite-ignore */ "../", import.meta.url);

export const api = createClient<paths>({
  baseUrl: API_ROOT.href.replace(/\/$/, ""),
  fetch: fetchWithToken,
  // A link's `cursor`, `price[gte]` and the like are sent as they are named.
  querySerializer: { object: { style: "form", explode: true } },
});

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what was answered; raises ProblemError, or UnreachableError when no answer came. */
export async function ask<T>(asking: Promise<Answered<T>>): Promise<NonNullable<T>> {
  return (await askWhole(asking)).data;
}

/** Like `ask`, with the response beside what it said: for its headers, such as ETag. */
export async function askWhole<T>(
  asking: Promise<Answered<T>>,
): Promise<{ data: NonNullable<T>; response: Response }> {
  const { data, error, response } = await answerOf(asking);
  if (!response.ok) throw new ProblemError(readProblem(response, error));
  return { data: data as NonNullable<T>, response };
}

/** Return what was answered, whatever it is; raises UnreachableError when it did not come whole. */
export async function answerOf<T>(asking: Promise<Answered<T>>): Promise<Answered<T>> {
  try {
    return await asking;
  } catch (error) {
    throw readFailure(error);
  }
}

/** Return the cursor of a page that follows, as TanStack Query asks for it. */
export function nextCursor(page: { next_cursor?: string | null }): string | undefined {
  return page.next_cursor ?? undefined;
}

async function fetchWithToken(request: Request): Promise<Response> {
  const token = await takeToken();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status === 401 && token) refuseToken(token);
  return response;
}
