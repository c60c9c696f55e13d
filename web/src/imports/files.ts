/** Files that the reader picks or drops, or that are reopened through a saved handle. */

/** A handle that reopens a file on this device, in browsers that support it. */
export interface FileHandle {
  kind: "file" | "directory";
  getFile?: () => Promise<File>;
  queryPermission?: (descriptor: { mode: "read" }) => Promise<PermissionState>;
  requestPermission?: (descriptor: { mode: "read" }) => Promise<PermissionState>;
}

export interface ChosenFile {
  file: File;
  handle: FileHandle | undefined;
  /** The import whose rejected records the file has. */
  parentJobId?: string;
}

declare global {
  interface Window {
    showOpenFilePicker?: (options: { multiple: boolean }) => Promise<FileHandle[]>;
  }
  interface DataTransferItem {
    getAsFileSystemHandle?: () => Promise<FileHandle | null>;
  }
}

/** Open the file picker; undefined if the browser has none that returns handles. */
export async function pickFiles(multiple: boolean): Promise<ChosenFile[] | undefined> {
  if (!window.showOpenFilePicker) return undefined;
  try {
    const handles = await window.showOpenFilePicker({ multiple });
    return await Promise.all(handles.map(readHandle)).then(onlyPresent);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return []; // cancelled
    return undefined;
  }
}

/** Return the dropped files. Must be called while the drop event is being dispatched. */
export async function readDrop(dropped: DataTransfer): Promise<ChosenFile[]> {
  const items = [...dropped.items].filter((item) => item.kind === "file");
  const files = items.map((item) => item.getAsFile());
  const handles = items.map((item) => item.getAsFileSystemHandle?.().catch(() => null));
  return Promise.all(
    files.map(async (file, i) => {
      const handle = (await handles[i]) ?? undefined;
      return file && handle?.kind !== "directory" ? { file, handle } : undefined;
    }),
  ).then(onlyPresent);
}

/** Reopen a file by its handle; undefined if permission is denied or the file is gone. */
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

function onlyPresent(found: (ChosenFile | undefined)[]): ChosenFile[] {
  return found.filter((one) => one !== undefined);
}
