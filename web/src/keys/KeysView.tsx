import type { ViewProps } from "../app/App";
import { ViewHead } from "../ui/states";

export default function KeysView(_: ViewProps) {
  return <ViewHead title="Keys" />;
}
