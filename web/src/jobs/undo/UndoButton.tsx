/** A button that undoes a finished job; absent if the job can't be undone. */

import { Undo2 } from "lucide-react";
import { useState } from "react";
import { useHasScope } from "../../session/caller";
import { Button } from "../../ui/controls";
import type { Job } from "../job";
import { UndoDialog } from "./UndoDialog";

export function UndoButton({ job }: { job: Job }) {
  const [isOpen, setOpen] = useState(false);
  const canWrite = useHasScope("products:write");
  if (!canWrite || job.kind === "export" || !job.links.revert) return null;
  return (
    <>
      <Button icon={<Undo2 size={17} aria-hidden />} onClick={() => setOpen(true)}>
        {job.reverted_by ? "Undo again" : "Undo"}
      </Button>
      {isOpen && <UndoDialog job={job} onClose={() => setOpen(false)} />}
    </>
  );
}
