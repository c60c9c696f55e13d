/** Replays one delivery. */

import { RotateCcw } from "lucide-react";
import { Button } from "../ui/controls";
import { showToast } from "../ui/toasts";
import { type Delivery, useReplay } from "./deliveries";

export function ReplayButton({ delivery }: { delivery: Delivery }) {
  const replaying = useReplay(() => showToast("Replay started."));
  return (
    <Button
      icon={<RotateCcw size={16} aria-hidden />}
      isBusy={replaying.isPending}
      onClick={() =>
        replaying.mutate(delivery.delivery_id, {
          onError: (error) => showToast(error.message, "bad"),
        })
      }
    >
      Replay
      <span className="hidden-visually"> {delivery.event_type}</span>
    </Button>
  );
}
