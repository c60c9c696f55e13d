/** Asks to type how many products are deleted, and begins with it. */

import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Once } from "../../api/once";
import { ProblemError } from "../../api/problems";
import { Button, Field } from "../../ui/controls";
import { formatCount } from "../../ui/format";
import { Fault } from "../../ui/states";
import style from "../form.module.css";
import { countProducts } from "../words";
import { beginDeletion, type Selection } from "./deletion";

interface Props {
  selection: Selection;
  count: number;
  onBegun: (jobId: string) => void;
  /** They are another number by now. */
  onRecount: (count: number) => void;
  onClose: () => void;
}

export function Confirm({ selection, count, onBegun, onRecount, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const [once] = useState(() => new Once());
  const beginning = useMutation({
    mutationFn: () =>
      once.send({ selection, count }, (header) => beginDeletion(selection, count, header)),
    onSuccess: onBegun,
    onError: (error) => {
      const now = readCount(error);
      if (now !== undefined) onRecount(now);
    },
  });
  if (count === 0) {
    return (
      <>
        <p>There is no such product, so there is nothing to delete.</p>
        <Button onClick={onClose}>Close</Button>
      </>
    );
  }
  const isTyped =
    typed.trim() === formatCount(count) || typed.replace(/[^0-9]/g, "") === String(count);
  const begin = (event: FormEvent) => {
    event.preventDefault();
    if (isTyped) beginning.mutate();
  };
  return (
    <form className="stack" onSubmit={begin}>
      <p className={style.meant}>
        <strong>{countProducts(count)}</strong> will be deleted, and cannot be brought back.
      </p>
      <Field label={`Type ${formatCount(count)} to go on`}>
        <input
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {beginning.error && <Fault error={beginning.error} retry={() => beginning.mutate()} />}
      <div className="row">
        <Button
          type="submit"
          kind="danger"
          icon={<Trash2 size={17} aria-hidden />}
          isBusy={beginning.isPending}
          disabled={!isTyped}
        >
          Delete {countProducts(count)}
        </Button>
        <Button onClick={onClose}>Keep them</Button>
      </div>
    </form>
  );
}

function readCount(error: unknown): number | undefined {
  const isOther = error instanceof ProblemError && error.code === "count_mismatch";
  return isOther ? error.problem.count : undefined;
}
