/** Blocks a bulk delete or an export while a filter is invalid: without it, more would match. */

import { Button } from "../ui/controls";
import { Notice } from "../ui/states";

interface Props {
  /** The labels of the invalid filters. */
  invalidFilters: string[];
  /** What to do afterwards: "delete products". */
  action: string;
  onClose: () => void;
}

export function InvalidFilterNotice({ invalidFilters, action, onClose }: Props) {
  return (
    <>
      <Notice tone="warn" title={`The filter “${invalidFilters[0]}” is invalid.`}>
        Correct or clear it before you {action}.
      </Notice>
      <div>
        <Button onClick={onClose}>Back to filters</Button>
      </div>
    </>
  );
}
