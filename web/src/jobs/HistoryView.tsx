import type { ViewProps } from "../app/App";
import { ViewHead } from "../ui/states";

export default function HistoryView(_: ViewProps) {
  return <ViewHead title="History" />;
}
