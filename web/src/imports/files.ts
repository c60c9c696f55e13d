/** Files as people give them: picked, dropped, or found again by the handle a browser gave. */

/** A way back to a file on this device, where the browser has such a thing. */
export interface FileHandle {
  kind: "file" | "directory";
  getFile?: () => Promise<File>;
  queryPermission?: (wanted: { mode: "read" }) => Promise<PermissionState>;
  requestPermission?: (wanted: { mode: "read" }) => Promise<PermissionState>;
}

export interface ChosenFile {
  file: File;
  handle: FileHandle | undefined;
}

declare global {
  interface Window {
    showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileHandle[]>;
  }
  interface DataTransferItem {
    getAsFileSystemHandle?: () => Promise<FileHandle | null>;
  }
}

/** Let a person pick files; undefined where the browser has no picker that gives handles. */
export async function pickFiles(multiple: boolean): Promise<ChosenFile[] | undefined> {
  if (!window.showOpenFilePicker) return undefined;
  try {
    const handles = await window.showOpenFilePicker({ multiple });
    return await Promise.all(handles.map(readHandle)).then(present);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return []; // picked none
    return undefined;
  }
}

/** Return the files that were dropped. Has to be called while the drop is being told of. */
export async function readDrop(dropped: DataTransfer): Promise<ChosenFile[]> {
  const items = [...dropped.items].filter((item) => item.kind === "file");
  const files = items.map((item) => item.getAsFile());
  const handles = items.map((item) => item.getAsFileSystemHandle?.().catch(() => null));
  return Promise.all(
    files.map(async (file, i) => {
      const handle = (await handles[i]) ?? undefined;
      return file && handle?.kind !== "directory" ? { file, handle } : undefined;
    }),
  ).then(present);
}

/** Read a file anew by its handle; undefined when the person refuses, or it is gone. */
export async function reopen(handle: FileHandle): Promise<ChosenFile | undefined> {
  try {
    const granted = (await handle.requestPermission?.({ mode: "read" })) ?? "granted";
    return granted === "granted" ? await readHandle(handle) : undefined;
  } catch {
    return undefined;
  }
}

export function withoutHandles(files: Iterable<File>): ChosenFile[] {
  return [...files].map((file) => ({ file, handle: undefined }));
}

async function readHandle(handle: FileHandle): Promise<ChosenFile | undefined> {
  const file = await handle.getFile?.();
  return file && { file, handle };
}

function present(found: (ChosenFile | undefined)[]): ChosenFile[] {
  return found.filter((one) => one !== undefined);
}
