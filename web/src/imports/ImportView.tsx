/** Import: choose files and look at them, follow each to its end, mend what was rejected. */

import type { ViewProps } from "../app/App";
import { goTo, linkTo } from "../app/route";
import { ChooseView } from "./choose/ChooseView";
import { DropHint, useDrop } from "./choose/DropArea";
import type { ChosenFile } from "./files";
import { ImportPage } from "./job/ImportPage";
import { MendPage } from "./mend/MendPage";
import { NO_OPTIONS } from "./options";
import { addUpload } from "./upload/queue";

export default function ImportView({ route }: ViewProps) {
  const [, jobId, part] = route.path;
  const isOver = useDrop(take);
  return (
    <>
      {isOver && <DropHint />}
      {!jobId && <ChooseView take={take} followed={route.parameters.get("follow")} />}
      {jobId && part === "mend" && <MendPage jobId={jobId} />}
      {jobId && part !== "mend" && <ImportPage jobId={jobId} />}
    </>
  );
}

function take(chosen: ChosenFile[]): void {
  if (!chosen.length) return;
  for (const one of chosen) addUpload(one, NO_OPTIONS);
  goTo(linkTo("import"));
}
