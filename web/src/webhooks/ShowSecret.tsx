/** A webhook's secret, shown once, and how a receiver uses it. */

import type { ReactNode } from "react";
import { Button, Secret } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Notice } from "../ui/states";
import { HowToVerify } from "./HowToVerify";

interface ShowSecretProps {
  title: string;
  /** Null when it was rotated again meanwhile. */
  secret: string | null;
  children?: ReactNode;
  onClose: () => void;
}

export function ShowSecret({ title, secret, children, onClose }: ShowSecretProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {secret ? (
        <>
          <Notice tone="warn" title="Copy it now.">
            It is shown this once. If it is lost, rotate the secret to get another one.
          </Notice>
          <Secret text={secret} label="secret" />
        </>
      ) : (
        <Notice tone="warn">A newer secret was made meanwhile; this one is not shown.</Notice>
      )}
      {children}
      <h3>How to verify a message</h3>
      <HowToVerify />
      <div>
        <Button kind="primary" onClick={onClose}>
          I have kept it
        </Button>
      </div>
    </Dialog>
  );
}
