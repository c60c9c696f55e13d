/** Uploads that a reload or a closed tab broke off: goes on with them, or ends them. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";
import { useState } from "react";
import { ProblemError } from "../../api/problems";
import { goTo, linkTo } from "../../app/route";
import { readJob, useJobAction } from "../../jobs/job";
import { Button } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { Fault, Notice } from "../../ui/states";
import { type ChosenFile, reopen } from "../files";
import { listParts } from "../upload/announced";
import { forgetUpload, type KeptUpload, readKeptUploads } from "../upload/kept";
import { goOnWithUpload, useUploads } from "../upload/queue";
import { Picker } from "./DropArea";

const LEFT = "left-uploads";

/** Return the uploads that wait for someone to go on with them. */
export function useLeftUploads(): KeptUpload[] {
  const uploads = useUploads();
  const busy = new Set(uploads.map((upload) => upload.jobId));
  const { data = [] } = useQuery({
    queryKey: [LEFT, [...busy].join()],
    queryFn: readLeft,
    staleTime: 0,
  });
  return data.filter((kept) => !busy.has(kept.job_id));
}

export function LeftUploads() {
  return useLeftUploads().map((kept) => <LeftUpload key={kept.job_id} kept={kept} />);
}

export function LeftUpload({ kept }: { kept: KeptUpload }) {
  const [fault, setFault] = useState("");
  const { data: sentBytes } = useQuery({
    queryKey: ["sent-bytes", kept.job_id],
    queryFn: () => countSent(kept),
  });
  const [cancelling, cancel] = useCancelling(kept);
  const goOn = (chosen: ChosenFile | undefined) => {
    const wrong = chosen ? compare(chosen.file, kept) : `${kept.name} could not be opened.`;
    if (wrong || !chosen) return setFault(wrong);
    goOnWithUpload({ ...kept, handle: chosen.handle ?? kept.handle }, chosen.file);
    goTo(linkTo(`import/${kept.job_id}`));
  };
  return (
    <Notice tone="warn" title={`${kept.name} is not uploaded yet.`}>
      <div className="stack tight">
        <p>
          {describeSent(kept, sentBytes)} {!kept.handle && "Choose the file again to go on."}
        </p>
        {fault && <p role="alert">{fault}</p>}
        {cancelling.error && <Fault error={cancelling.error} />}
        <div className="row">
          {kept.handle && !fault ? (
            <Button
              kind="primary"
              icon={<RotateCw size={17} aria-hidden />}
              onClick={async () => goOn(kept.handle && (await reopen(kept.handle)))}
            >
              Go on
            </Button>
          ) : (
            <Picker kind="primary" take={([chosen]) => chosen && goOn(chosen)}>
              Choose {kept.name} again
            </Picker>
          )}
          <Button icon={<X size={17} aria-hidden />} isBusy={cancelling.isPending} onClick={cancel}>
            Cancel the import
          </Button>
        </div>
      </div>
    </Notice>
  );
}

/** Return how a cancel goes, and what begins it. Only a job that is over is forgotten here. */
function useCancelling({ job_id }: KeptUpload) {
  const queries = useQueryClient();
  const cancelling = useJobAction(job_id, "cancel");
  const cancel = async () => {
    await cancelling.mutateAsync().then(
      () => forgetUpload(job_id),
      () => undefined, // it is shown
    );
    await queries.invalidateQueries({ queryKey: [LEFT] });
  };
  return [cancelling, cancel] as const;
}

function describeSent({ size_bytes }: KeptUpload, sentBytes: number | undefined): string {
  if (!sentBytes) return "Its upload was broken off.";
  return `${formatBytes(sentBytes)} of ${formatBytes(size_bytes)} are there; only the rest is sent.`;
}

/** Return why this is not the file whose upload was begun; "" if it is. */
function compare(file: File, kept: KeptUpload): string {
  if (file.name !== kept.name) return `This is ${file.name}. Choose ${kept.name}.`;
  if (file.size !== kept.size_bytes) {
    return `This ${file.name} has ${formatBytes(file.size)}, the one before ${formatBytes(kept.size_bytes)}: it is another one. Cancel the import and begin anew.`;
  }
  return "";
}

/** Read what was kept, and forget what is no longer awaited. */
async function readLeft(): Promise<KeptUpload[]> {
  const all = await readKeptUploads();
  const areLeft = await Promise.all(all.map(({ job_id }) => isAwaited(job_id)));
  for (const [i, { job_id }] of all.entries()) if (!areLeft[i]) await forgetUpload(job_id);
  return all.filter((_, i) => areLeft[i]);
}

async function isAwaited(jobId: string): Promise<boolean> {
  try {
    const { job } = await readJob(jobId);
    return job.status === "PENDING" && job.attempt === 1;
  } catch (error) {
    return !(error instanceof ProblemError && error.status === 404);
  }
}

/** Return how many bytes S3 has; a file of one PUT is begun anew. */
async function countSent({ job_id, plan }: KeptUpload): Promise<number> {
  const there = plan.method === "PUT" ? [] : await listParts(job_id);
  return there.reduce((sum, part) => sum + part.size_bytes, 0);
}
