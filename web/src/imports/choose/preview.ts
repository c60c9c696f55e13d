/** What an import would make of a file, told by its head before anything is uploaded. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schema } from "../../api/client";
import { NO_OPTIONS, type Options } from "../options";

export type Preview = Schema["Preview"];

const HEAD_BYTES = 256 * 1024;

/** The preview of a file; it is another one when the file is to be read in another way. */
export function previewQuery({ id, file, options }: { id: string; file: File; options: Options }) {
  const { delimiter, encoding, mapping } = options; // the others change nothing of it
  const read = { ...NO_OPTIONS, delimiter, encoding, mapping };
  return queryOptions({
    queryKey: ["preview", id, read],
    queryFn: async ({ signal }) => {
      const head = await toBase64(file.slice(0, HEAD_BYTES));
      const body = { head, size_bytes: file.size, options: read };
      return ask(api.POST("/imports/preview", { body, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Whether all of a file is looked at. */
export function isLookedAtWhole(file: File): boolean {
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
