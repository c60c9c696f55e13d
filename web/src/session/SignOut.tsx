/** Signs out; confirms first if there are unsaved changes. */

import { LogOut } from "lucide-react";
import { leaveView } from "../app/route";
import { Button } from "../ui/controls";
import { endSession } from "./token";

export function SignOut({ kind }: { kind?: "quiet" }) {
  return (
    <Button
      kind={kind}
      icon={<LogOut size={17} aria-hidden />}
      onClick={() => leaveView(() => endSession())}
    >
      Sign out
    </Button>
  );
}
