import type { ViewProps } from "../app/App";
import { ViewHead } from "../ui/states";

export default function WebhooksView(_: ViewProps) {
  return <ViewHead title="Webhooks" />;
}
