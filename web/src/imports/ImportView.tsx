/** The import view: choose and preview files, follow an import, fix its rejected records. */

import { goTo, linkTo, type ViewProps } from "../app/route";
import { ChooseView } from "./choose/ChooseView";
import { DropHint, useDrop } from "./choose/DropArea";
import type { ChosenFile } from "./files";
import { FixPage } from "./fix/FixPage";
import { ImportPage } from "./job/ImportPage";
import { NO_OPTIONS } from "./options";
import { addUpload } from "./upload/queue";

export default function ImportView({ route }: ViewProps) {
  const [, jobId, page] = route.path;
  const isDragging = useDrop(addFiles);
  return (
    <>
      {isDragging && <DropHint />}
      {!jobId && <ChooseView addFiles={addFiles} followed={route.parameters.get("follow")} />}
      {jobId && page === "fix" && <FixPage jobId={jobId} />}
      {jobId && page !== "fix" && <ImportPage jobId={jobId} parameters={route.parameters} />}
    </>
  );
}

function addFiles(chosen: ChosenFile[]): void {
  if (!chosen.length) return;
  for (const one of chosen) addUpload(one, NO_OPTIONS);
  goTo(linkTo("import"));
}
