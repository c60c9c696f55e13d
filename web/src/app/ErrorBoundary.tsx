/** A view that broke, or could not be loaded, says so, and leaves the others alone. */

import { Component, type ReactNode } from "react";
import { Button } from "../ui/controls";
import { Notice, ViewHead } from "../ui/states";

interface State {
  error?: unknown;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="stack">
        <ViewHead title="This view cannot be shown" />
        <Notice tone="bad">
          <p>Nothing that was sent is lost. Load the page again to go on.</p>
          <Button onClick={() => location.reload()}>Load again</Button>
        </Notice>
      </div>
    );
  }
}
