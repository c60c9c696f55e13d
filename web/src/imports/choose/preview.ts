/** The preview of a file, from its first bytes, before anything is uploaded. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, request, type Schema } from "../../api/client";
import { previewOptions } from "../options";
import type { UploadSnapshot } from "../upload/upload";
import { idOfProfile } from "./applyProfile";

export type Preview = Schema["Preview"];

const HEAD_BYTES = 256 * 1024;

type Previewed = Pick<UploadSnapshot, "id" | "file" | "options" | "profile">;

/** The query of a file's preview; a change of the options makes another query. */
export function previewQuery({ id, file, options, profile }: Previewed) {
  const changing = { options: previewOptions(options), ...idOfProfile(profile) };
  return queryOptions({
    queryKey: ["preview", id, changing],
    queryFn: async ({ signal }) => {
      const head = await toBase64(file.slice(0, HEAD_BYTES));
      const body = { head, size_bytes: file.size, ...changing };
      return request(api.POST("/imports/preview", { body, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Whether the preview covers the whole file. */
export function isPreviewComplete(file: File): boolean {
  return file.size <= HEAD_BYTES;
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
