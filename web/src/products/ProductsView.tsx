import type { ViewProps } from "../app/App";
import { ViewHead } from "../ui/states";

export default function ProductsView(_: ViewProps) {
  return <ViewHead title="Products" />;
}
