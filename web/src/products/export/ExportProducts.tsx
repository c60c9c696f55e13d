/** The export dialog: which products, which fields and the format; then the job's progress. */

import { Dialog } from "../../ui/dialogs";
import type { ListState } from "../filters";
import { InvalidFilterNotice } from "../InvalidFilterNotice";
import { ExportForm } from "./ExportForm";
import { ExportProgress } from "./ExportProgress";
import type { Exporting } from "./exporting";

interface Props {
  state: ListState;
  /** The labels of invalid filters. */
  invalidFilters: string[];
  exporting: Exporting;
  onClose: () => void;
}

export function ExportProducts({ state, invalidFilters, exporting, onClose }: Props) {
  const close = () => {
    if (exporting.isFinished) exporting.follow(null);
    onClose();
  };
  return (
    <Dialog title="Export products" onClose={close}>
      {exporting.jobId ? (
        <ExportProgress exporting={exporting} onClose={close} />
      ) : invalidFilters.length > 0 ? (
        <InvalidFilterNotice
          invalidFilters={invalidFilters}
          action="export products"
          onClose={close}
        />
      ) : (
        <ExportForm state={state} onStarted={exporting.follow} onClose={close} />
      )}
    </Dialog>
  );
}
