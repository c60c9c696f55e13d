/** Where files are chosen, looked at and started. */

import { useQueries } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useRef } from "react";
import { goTo } from "../../app/route";
import { Button } from "../../ui/controls";
import { ViewHead } from "../../ui/states";
import type { ChosenFile } from "../files";
import { isOver } from "../upload/machine";
import { startUpload, useUploads } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import { Draft } from "./Draft";
import { Chooser } from "./DropArea";
import { FileList } from "./FileList";
import { linkToFollow, useFollowing } from "./following";
import { LeftUploads } from "./LeftUploads";
import { previewQuery } from "./preview";
import { useShown } from "./showing";
import { WhatAFileNeeds } from "./WhatAFileNeeds";

interface ChooseViewProps {
  take: (chosen: ChosenFile[]) => void;
  /** The upload whose own page is gone to as soon as it has one. */
  followed: string | null;
}

export function ChooseView({ take, followed }: ChooseViewProps) {
  const uploads = useUploads();
  const { selected, select, passAll } = useShown(uploads);
  const list = useRef<HTMLElement>(null);
  useFollowing(followed);
  const chosen = uploads.filter(({ state }) => state.at === "chosen");
  const ready = useReady(chosen);
  const begin = (...ids: string[]) => {
    for (const id of ids) startUpload(id);
    passAll();
    list.current?.focus(); // what had it is gone
    const isAlone = uploads.every(({ id, state }) => ids.includes(id) || isOver(state));
    if (isAlone && ids.length === 1 && ids[0]) goTo(linkToFollow(ids[0]));
  };
  return (
    <div className="stack">
      <ViewHead title="Import" />
      <LeftUploads />
      {(uploads.length > 1 || (uploads.length === 1 && !selected)) && (
        <FileList ref={list} {...{ uploads, ready }} selected={selected?.id} onSelect={select} />
      )}
      {selected && (
        <Draft key={selected.id} upload={selected}>
          <StartButtons selected={selected} ready={ready} onStart={begin} />
        </Draft>
      )}
      <Chooser take={take} isLarge={!uploads.length} />
      {!uploads.length && <WhatAFileNeeds />}
    </div>
  );
}

/** Return the ids of the files that an import would take as they are to be read. */
function useReady(chosen: ShownUpload[]): string[] {
  const previews = useQueries({ queries: chosen.map(previewQuery) });
  const isReady = previews.map(({ data, isFetching }) => data && !isFetching && !data.error);
  return chosen.filter((_, i) => isReady[i]).map(({ id }) => id);
}

interface StartButtonsProps {
  selected: ShownUpload;
  ready: string[];
  onStart: (...ids: string[]) => void;
}

function StartButtons({ selected, ready, onStart }: StartButtonsProps) {
  return (
    <>
      {ready.length > 1 && (
        <Button onClick={() => onStart(...ready)}>Import all {ready.length} that are ready</Button>
      )}
      <Button
        kind="primary"
        icon={<Play size={17} aria-hidden />}
        disabled={!ready.includes(selected.id)}
        onClick={() => onStart(selected.id)}
      >
        Import
      </Button>
    </>
  );
}
