/** Where files are chosen, looked at and started. */

import { useQueries } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useRef } from "react";
import { fieldsOf } from "../../api/problems";
import { goTo } from "../../app/route";
import { Button } from "../../ui/controls";
import { ViewHead } from "../../ui/states";
import type { ChosenFile } from "../files";
import { isOver } from "../upload/machine";
import { startUpload, useUploads } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import { Draft } from "./Draft";
import { Chooser } from "./DropArea";
import { FileList, type Verdicts } from "./FileList";
import { linkToFollow, useFollowing } from "./following";
import { LeftUploads } from "./LeftUploads";
import { isLookedAtWhole, previewQuery } from "./preview";
import { useShown } from "./showing";
import { judge, type Verdict } from "./verdict";
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
  const verdicts = useVerdicts(chosen);
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
        <FileList ref={list} {...{ uploads, verdicts }} selected={selected?.id} onSelect={select} />
      )}
      {selected && (
        <Draft key={selected.id} upload={selected}>
          <StartButtons id={selected.id} verdicts={verdicts} onStart={begin} />
        </Draft>
      )}
      <Chooser take={take} isLarge={!uploads.length} />
      {!uploads.length && <WhatAFileNeeds />}
    </div>
  );
}

/** Return what would come of each file, by its id, as far as it was looked at. */
function useVerdicts(chosen: ShownUpload[]): Verdicts {
  const previews = useQueries({ queries: chosen.map(previewQuery) });
  return new Map(
    chosen.flatMap(({ id, file }, i): [string, Verdict][] => {
      const { data, error, isFetching } = previews[i] ?? {};
      if (fieldsOf(error).size_bytes) return [[id, "impossible"]];
      return data && !isFetching && !error ? [[id, judge(data, isLookedAtWhole(file))]] : [];
    }),
  );
}

interface StartButtonsProps {
  id: string;
  verdicts: Verdicts;
  onStart: (...ids: string[]) => void;
}

function StartButtons({ id, verdicts, onStart }: StartButtonsProps) {
  const ready = [...verdicts].flatMap(([one, verdict]) => (verdict === "ready" ? [one] : []));
  const isDoubtful = verdicts.get(id) === "doubtful";
  return (
    <>
      {ready.length > 1 && (
        <Button onClick={() => onStart(...ready)}>Import all {ready.length} that are ready</Button>
      )}
      <Button
        kind={isDoubtful ? "plain" : "primary"}
        icon={<Play size={17} aria-hidden />}
        disabled={!isDoubtful && !ready.includes(id)}
        onClick={() => onStart(id)}
      >
        {isDoubtful ? "Import all the same" : "Import"}
      </Button>
    </>
  );
}
