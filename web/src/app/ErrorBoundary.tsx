/** Shows an error instead of a view that failed to render or load; other views keep working. */

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
        <ViewHead title="This view can't be shown" />
        <Notice tone="bad">
          <p>No data was lost. Reload the page to continue.</p>
          <Button onClick={() => location.reload()}>Reload</Button>
        </Notice>
      </div>
    );
  }
}
