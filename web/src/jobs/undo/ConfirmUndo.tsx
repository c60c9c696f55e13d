/** What an undo would do, the choice for products in conflict, and the button that starts it. */

import { useMutation } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { IdempotentRequest } from "../../api/idempotency";
import { Button } from "../../ui/controls";
import { ErrorNotice, Loading } from "../../ui/states";
import type { Job } from "../job";
import { ConflictChoice } from "./ConflictChoice";
import { countChanges, describePlan, type OnConflict, type RevertPreview } from "./describe";
import { startRevert, useRevertPreview } from "./undo";
import style from "./undo.module.css";

interface Props {
  /** The job to undo. */
  job: Job;
  onStarted: (jobId: string) => void;
  onClose: () => void;
}

export function ConfirmUndo(props: Props) {
  const { data, error, refetch } = useRevertPreview(props.job.job_id, "keep");
  if (error) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (!data) return <Loading>Checking what would change…</Loading>;
  return <Form {...props} preview={data} />;
}

interface FormProps extends Props {
  /** What the undo does if it keeps the products in conflict. */
  preview: RevertPreview;
}

function Form({ job, preview, onStarted, onClose }: FormProps) {
  const [onConflict, setOnConflict] = useState<OnConflict>("keep");
  const chosen = useRevertPreview(job.job_id, onConflict);
  const [idempotent] = useState(() => new IdempotentRequest());
  const starting = useMutation({
    mutationFn: () =>
      idempotent.send(onConflict, (header) => startRevert(job.job_id, onConflict, header)),
    onSuccess: onStarted,
  });
  const start = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  return (
    <form className="stack" onSubmit={start}>
      {chosen.data ? (
        <Effects effects={describePlan(chosen.data.counts)} />
      ) : chosen.error ? (
        <ErrorNotice error={chosen.error} retry={() => void chosen.refetch()} />
      ) : (
        <Loading>Checking what would change…</Loading>
      )}
      {preview.counts.conflicts > 0 && (
        <ConflictChoice preview={preview} chosen={onConflict} onChoose={setOnConflict} />
      )}
      {starting.error && <ErrorNotice error={starting.error} />}
      <div className="row">
        <Button
          type="submit"
          kind="primary"
          icon={<Undo2 size={17} aria-hidden />}
          isBusy={starting.isPending}
          disabled={!chosen.data || countChanges(chosen.data.counts) === 0}
        >
          Undo
        </Button>
        <Button onClick={onClose} data-first>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function Effects({ effects }: { effects: string[] }) {
  if (!effects.length) return <p>No product can be undone without a conflict.</p>;
  if (effects.length === 1) return <p>{effects[0]}</p>;
  return (
    <ul className={style.effects}>
      {effects.map((effect) => (
        <li key={effect}>{effect}</li>
      ))}
    </ul>
  );
}
