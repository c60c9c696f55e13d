import type { ViewProps } from "../app/App";
import { ViewHead } from "../ui/states";

export default function ImportView(_: ViewProps) {
  return <ViewHead title="Import" />;
}
