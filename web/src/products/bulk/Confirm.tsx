/** Confirms the number of products by typing it, then starts the job. */

import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { IdempotentRequest } from "../../api/idempotency";
import { ProblemError } from "../../api/problems";
import { Button, Field } from "../../ui/controls";
import { formatCount, Time } from "../../ui/format";
import { ErrorNotice } from "../../ui/states";
import { countProducts } from "../describe";
import style from "../form.module.css";
import { type Selected, type Selection, startDeletion } from "./deletion";

interface Props {
  selection: Selection;
  selected: Selected;
  onStarted: (jobId: string) => void;
  /** Receives the current count if it has changed. */
  onRecount: (count: number) => void;
  onClose: () => void;
}

export function Confirm({ selection, selected, onStarted, onRecount, onClose }: Props) {
  const { count, revertible_until } = selected;
  const [typed, setTyped] = useState("");
  const [idempotent] = useState(() => new IdempotentRequest());
  const starting = useMutation({
    mutationFn: () =>
      idempotent.send({ selection, count }, (header) => startDeletion(selection, count, header)),
    onSuccess: onStarted,
    onError: (error) => {
      const now = readCount(error);
      if (now !== undefined) onRecount(now);
    },
  });
  if (count === 0) {
    return (
      <>
        <p>No products match, so there is nothing to delete.</p>
        <Button onClick={onClose}>Close</Button>
      </>
    );
  }
  const isTyped =
    typed.trim() === formatCount(count) || typed.replace(/[^0-9]/g, "") === String(count);
  const start = (event: FormEvent) => {
    event.preventDefault();
    if (isTyped) starting.mutate();
  };
  return (
    <form className="stack" onSubmit={start}>
      <p className={style.matched}>
        <strong>{countProducts(count)}</strong> will be deleted.{" "}
        {revertible_until ? (
          <>
            You can undo this until <Time at={revertible_until} />.
          </>
        ) : (
          "You can't undo this."
        )}
      </p>
      <Field label={`Type ${formatCount(count)} to confirm`}>
        <input
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {starting.error && <ErrorNotice error={starting.error} retry={() => starting.mutate()} />}
      <div className="row">
        <Button
          type="submit"
          kind="danger"
          icon={<Trash2 size={17} aria-hidden />}
          isBusy={starting.isPending}
          disabled={!isTyped}
        >
          Delete {countProducts(count)}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}

function readCount(error: unknown): number | undefined {
  const isOther = error instanceof ProblemError && error.code === "count_mismatch";
  return isOther ? error.problem.count : undefined;
}
