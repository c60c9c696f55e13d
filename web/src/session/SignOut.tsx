/** Signs out, once whatever was typed and not saved may go. */

import { LogOut } from "lucide-react";
import { leaveBy } from "../app/route";
import { Button } from "../ui/controls";
import { dropToken } from "./token";

export function SignOut({ kind }: { kind?: "quiet" }) {
  return (
    <Button
      kind={kind}
      icon={<LogOut size={17} aria-hidden />}
      onClick={() => leaveBy(() => dropToken())}
    >
      Sign out
    </Button>
  );
}
