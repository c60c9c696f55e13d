/** Choosing files, previewing them and starting their imports. */

import { useQueries } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useRef } from "react";
import { fieldErrors } from "../../api/problems";
import { goTo } from "../../app/route";
import { Button } from "../../ui/controls";
import { ViewHead } from "../../ui/states";
import type { ChosenFile } from "../files";
import { isFinished } from "../upload/machine";
import { startUpload, useUploads } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import { Draft } from "./Draft";
import { Chooser } from "./DropArea";
import { FileList, type ReadinessById } from "./FileList";
import { FileRequirements } from "./FileRequirements";
import { linkToFollow, useFollow } from "./following";
import { isPreviewComplete, previewQuery } from "./preview";
import { assessPreview, type Readiness } from "./readiness";
import { useSelectedUpload } from "./selected";
import { UnfinishedUploads } from "./UnfinishedUploads";

interface ChooseViewProps {
  addFiles: (chosen: ChosenFile[]) => void;
  /** The id of the upload whose page opens as soon as it exists. */
  followed: string | null;
}

export function ChooseView({ addFiles, followed }: ChooseViewProps) {
  const uploads = useUploads();
  const { selected, select, dismissAll } = useSelectedUpload(uploads);
  const list = useRef<HTMLElement>(null);
  useFollow(followed);
  const chosen = uploads.filter(({ state }) => state.status === "chosen");
  const readiness = useReadiness(chosen);
  const start = (...ids: string[]) => {
    for (const id of ids) startUpload(id);
    dismissAll();
    list.current?.focus(); // the focused button is gone
    const isOnly = uploads.every(({ id, state }) => ids.includes(id) || isFinished(state));
    if (isOnly && ids.length === 1 && ids[0]) goTo(linkToFollow(ids[0]));
  };
  return (
    <div className="stack">
      <ViewHead title="Import" />
      <UnfinishedUploads />
      {(uploads.length > 1 || (uploads.length === 1 && !selected)) && (
        <FileList
          ref={list}
          {...{ uploads, readiness }}
          selected={selected?.id}
          onSelect={select}
        />
      )}
      {selected && (
        <Draft key={selected.id} upload={selected}>
          <StartButtons upload={selected} readiness={readiness} onStart={start} />
        </Draft>
      )}
      <Chooser addFiles={addFiles} isLarge={!uploads.length} />
      {!uploads.length && <FileRequirements />}
    </div>
  );
}

/** Return the readiness of each previewed file, by id. */
function useReadiness(chosen: UploadSnapshot[]): ReadinessById {
  const previews = useQueries({ queries: chosen.map(previewQuery) });
  return new Map(
    chosen.flatMap(({ id, file, options }, i): [string, Readiness][] => {
      const { data, error, isFetching } = previews[i] ?? {};
      if (fieldErrors(error).size_bytes) return [[id, "invalid"]];
      return data && !isFetching && !error
        ? [[id, assessPreview(data, options, isPreviewComplete(file))]]
        : [];
    }),
  );
}

interface StartButtonsProps {
  upload: UploadSnapshot;
  readiness: ReadinessById;
  onStart: (...ids: string[]) => void;
}

function StartButtons({ upload: { id, apply }, readiness, onStart }: StartButtonsProps) {
  const ready = [...readiness].flatMap(([one, state]) => (state === "ready" ? [one] : []));
  const verb = apply === "manual" ? "Plan import" : "Import";
  const isDoubtful = readiness.get(id) === "doubtful";
  return (
    <>
      {ready.length > 1 && (
        <Button onClick={() => onStart(...ready)}>Import {ready.length} ready files</Button>
      )}
      <Button
        kind={isDoubtful ? "plain" : "primary"}
        icon={<Play size={17} aria-hidden />}
        disabled={!isDoubtful && !ready.includes(id)}
        onClick={() => onStart(id)}
      >
        {isDoubtful ? `${verb} anyway` : verb}
      </Button>
    </>
  );
}
