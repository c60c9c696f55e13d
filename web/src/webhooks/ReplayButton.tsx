/** Sends one delivery again. */

import { RotateCcw } from "lucide-react";
import { Button } from "../ui/controls";
import { say } from "../ui/toasts";
import { type Delivery, useReplay } from "./deliveries";

export function ReplayButton({ delivery }: { delivery: Delivery }) {
  const replaying = useReplay();
  return (
    <Button
      icon={<RotateCcw size={16} aria-hidden />}
      isBusy={replaying.isPending}
      onClick={() =>
        replaying.mutate(delivery.delivery_id, {
          onSuccess: () => say("It is sent again."),
          onError: (error) => say(error.message, "bad"),
        })
      }
    >
      Replay
      <span className="hidden-visually">{delivery.event_type}</span>
    </Button>
  );
}
