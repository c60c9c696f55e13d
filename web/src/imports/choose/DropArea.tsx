/** Adding files: dropped anywhere on the view, or picked. */

import { FileUp, Upload } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../../ui/controls";
import { type ChosenFile, pickFiles, readDrop, withoutHandles } from "../files";
import style from "./choose.module.css";

type AddFiles = (chosen: ChosenFile[]) => void;

/** Add files dropped anywhere on the page. Return whether files are being dragged over it. */
export function useDrop(addFiles: AddFiles): boolean {
  const [isDragging, setDragging] = useState(false);
  const latest = useRef(addFiles);
  useEffect(() => {
    latest.current = addFiles;
  });
  useEffect(() => {
    const watch = new AbortController();
    const { signal } = watch;
    const accept = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setDragging(event.type !== "drop" && event.type !== "dragleave");
    };
    addEventListener("dragover", accept, { signal });
    addEventListener("dragleave", (event) => !event.relatedTarget && setDragging(false), {
      signal,
    });
    const drop = (event: DragEvent) => {
      accept(event);
      if (event.dataTransfer) void readDrop(event.dataTransfer).then((all) => latest.current(all));
    };
    addEventListener("drop", drop, { signal });
    return () => watch.abort();
  }, []);
  return isDragging;
}

/** The overlay while files are being dragged over the page. */
export function DropHint() {
  return (
    <div className={style.drop_hint}>
      <div>
        <FileUp size={40} aria-hidden />
        Drop to preview
      </div>
    </div>
  );
}

interface PickerProps {
  addFiles: AddFiles;
  isMultiple?: boolean;
  kind?: "plain" | "primary";
  children: ReactNode;
}

/** A button that picks files, with handles to reopen them if the browser supports that. */
export function Picker({ addFiles, isMultiple = false, kind = "plain", children }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const pick = async () => {
    const picked = await pickFiles(isMultiple);
    if (picked) addFiles(picked);
    else input.current?.click();
  };
  return (
    <>
      <Button kind={kind} icon={<Upload size={17} aria-hidden />} onClick={pick}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={isMultiple}
        accept=".csv,.tsv,.txt,.xlsx,.xls,.ods,.gz,.zip,.zst,.bz2,.xz,text/csv,text/plain"
        aria-label="Files"
        onChange={(event) => {
          addFiles(withoutHandles(event.target.files ?? []));
          event.target.value = ""; // so that the same file can be chosen again
        }}
      />
    </>
  );
}

/** The drop area; large until there are files. */
export function Chooser({ addFiles, isLarge }: { addFiles: AddFiles; isLarge: boolean }) {
  return (
    <section className={isLarge ? style.chooser : style.chooser_small} aria-label="Choose files">
      {isLarge && <FileUp size={44} aria-hidden />}
      <div>
        <h2>{isLarge ? "Drop files here" : "Drop more files here"}</h2>
        {isLarge && (
          <p className="soft">
            CSV files and workbooks of any size, also compressed. Preview them before anything is
            uploaded.
          </p>
        )}
      </div>
      <Picker addFiles={addFiles} isMultiple kind={isLarge ? "primary" : "plain"}>
        Choose files
      </Picker>
    </section>
  );
}
