/** Takes files: dropped anywhere on the view, or picked. */

import { FileUp, Upload } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../../ui/controls";
import { type ChosenFile, pickFiles, readDrop, withoutHandles } from "../files";
import style from "./choose.module.css";

type Take = (chosen: ChosenFile[]) => void;

/** Take what is dropped anywhere, and show so while something is dragged over the page. */
export function useDrop(take: Take): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const watch = new AbortController();
    const { signal } = watch;
    const accept = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(event.type !== "drop" && event.type !== "dragleave");
    };
    addEventListener("dragover", accept, { signal });
    addEventListener("dragleave", (event) => !event.relatedTarget && setOver(false), { signal });
    const drop = (event: DragEvent) => {
      accept(event);
      if (event.dataTransfer) void readDrop(event.dataTransfer).then((all) => latest.current(all));
    };
    addEventListener("drop", drop, { signal });
    return () => watch.abort();
  }, []);
  return isOver;
}

/** What is shown over everything while a file is dragged. */
export function DropHint() {
  return (
    <div className={style.drop_hint}>
      <div>
        <FileUp size={40} aria-hidden />
        Drop it to look at it first
      </div>
    </div>
  );
}

interface PickerProps {
  take: Take;
  isMultiple?: boolean;
  kind?: "plain" | "primary";
  children: ReactNode;
}

/** A button that picks files, with a way back to them where the browser has one. */
export function Picker({ take, isMultiple = false, kind = "plain", children }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const pick = async () => {
    const picked = await pickFiles(isMultiple);
    if (picked) take(picked);
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
        accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
        aria-label="Files"
        onChange={(event) => {
          take(withoutHandles(event.target.files ?? []));
          event.target.value = ""; // the same file can be chosen again
        }}
      />
    </>
  );
}

/** The invitation to choose files: large while there are none. */
export function Chooser({ take, isLarge }: { take: Take; isLarge: boolean }) {
  return (
    <section className={isLarge ? style.chooser : style.chooser_small} aria-label="Choose files">
      {isLarge && <FileUp size={44} aria-hidden />}
      <div>
        <h2>{isLarge ? "Drop CSV files here" : "Drop more files here"}</h2>
        {isLarge && (
          <p className="soft">
            Of any size. You see their columns and first records before anything is sent.
          </p>
        )}
      </div>
      <Picker take={take} isMultiple kind={isLarge ? "primary" : "plain"}>
        Choose files
      </Picker>
    </section>
  );
}
