/** Uploads interrupted by a reload or a closed tab, with buttons to resume or cancel them. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";
import { useState } from "react";
import { ProblemError } from "../../api/problems";
import { goTo, linkTo } from "../../app/route";
import { readJob, useJobAction } from "../../jobs/job";
import { Button } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { ErrorNotice, Notice } from "../../ui/states";
import { type ChosenFile, reopen } from "../files";
import { listParts } from "../upload/createImport";
import { resumeSavedUpload, useUploads } from "../upload/queue";
import { deleteSavedUpload, listSavedUploads, type SavedUpload } from "../upload/saved";
import { Picker } from "./DropArea";

const UNFINISHED = "unfinished-uploads";

/** Return the uploads that wait to be resumed. */
export function useUnfinishedUploads(): SavedUpload[] {
  const uploads = useUploads();
  const busy = new Set(uploads.map((upload) => upload.jobId));
  const { data = [] } = useQuery({
    queryKey: [UNFINISHED, [...busy].join()],
    queryFn: listUnfinished,
    staleTime: 0,
  });
  return data.filter((saved) => !busy.has(saved.job_id));
}

export function UnfinishedUploads() {
  return useUnfinishedUploads().map((saved) => (
    <UnfinishedUpload key={saved.job_id} saved={saved} />
  ));
}

export function UnfinishedUpload({ saved }: { saved: SavedUpload }) {
  const [error, setError] = useState("");
  const { data: uploadedBytes } = useQuery({
    queryKey: ["uploaded-bytes", saved.job_id],
    queryFn: () => countUploaded(saved),
  });
  const [cancellation, cancel] = useCancel(saved);
  const resume = (chosen: ChosenFile | undefined) => {
    const problem = chosen ? compare(chosen.file, saved) : `${saved.name} can't be opened.`;
    if (problem || !chosen) return setError(problem);
    resumeSavedUpload({ ...saved, handle: chosen.handle ?? saved.handle }, chosen.file);
    goTo(linkTo(`import/${saved.job_id}`));
  };
  return (
    <Notice tone="warn" title={`${saved.name} isn't fully uploaded.`}>
      <div className="stack tight">
        <p>
          {describeProgress(saved, uploadedBytes)}{" "}
          {!saved.handle && "Choose the file again to resume."}
        </p>
        {error && <p role="alert">{error}</p>}
        {cancellation.error && <ErrorNotice error={cancellation.error} />}
        <div className="row">
          {saved.handle && !error ? (
            <Button
              kind="primary"
              icon={<RotateCw size={17} aria-hidden />}
              onClick={async () => resume(saved.handle && (await reopen(saved.handle)))}
            >
              Resume
            </Button>
          ) : (
            <Picker kind="primary" addFiles={([chosen]) => chosen && resume(chosen)}>
              Choose {saved.name} again
            </Picker>
          )}
          <Button
            icon={<X size={17} aria-hidden />}
            isBusy={cancellation.isPending}
            onClick={cancel}
          >
            Cancel import
          </Button>
        </div>
      </div>
    </Notice>
  );
}

/** Return the cancellation and a function that starts it. Only a cancelled upload is deleted here. */
function useCancel({ job_id }: SavedUpload) {
  const queries = useQueryClient();
  const cancellation = useJobAction(job_id, "cancel");
  const cancel = async () => {
    await cancellation.mutateAsync().then(
      () => deleteSavedUpload(job_id),
      () => undefined, // the error is shown
    );
    await queries.invalidateQueries({ queryKey: [UNFINISHED] });
  };
  return [cancellation, cancel] as const;
}

function describeProgress({ size_bytes }: SavedUpload, uploadedBytes: number | undefined): string {
  if (!uploadedBytes) return "The upload was interrupted.";
  return `${formatBytes(uploadedBytes)} of ${formatBytes(size_bytes)} uploaded; resuming sends the rest.`;
}

/** Return why this isn't the file of the upload; "" if it is. */
function compare(file: File, saved: SavedUpload): string {
  if (file.name !== saved.name) return `You chose ${file.name}. Choose ${saved.name}.`;
  if (file.size !== saved.size_bytes) {
    return `This file has ${formatBytes(file.size)}, the original ${formatBytes(saved.size_bytes)}. Choose the original file, or cancel the import and start again.`;
  }
  return "";
}

/** Return the saved uploads whose jobs still await them, and delete the others. */
async function listUnfinished(): Promise<SavedUpload[]> {
  const all = await listSavedUploads();
  const areAwaited = await Promise.all(all.map(({ job_id }) => isAwaited(job_id)));
  for (const [i, { job_id }] of all.entries()) if (!areAwaited[i]) await deleteSavedUpload(job_id);
  return all.filter((_, i) => areAwaited[i]);
}

async function isAwaited(jobId: string): Promise<boolean> {
  try {
    const { job } = await readJob(jobId);
    return job.status === "PENDING" && job.attempt === 1;
  } catch (error) {
    return !(error instanceof ProblemError && error.status === 404);
  }
}

/** Return the number of bytes at S3. An upload by a single PUT starts over. */
async function countUploaded({ job_id, plan }: SavedUpload): Promise<number> {
  const parts = plan.method === "PUT" ? [] : await listParts(job_id);
  return parts.reduce((sum, part) => sum + part.size_bytes, 0);
}
