/** A webhook's secret, shown once, and how to use it. */

import type { ReactNode } from "react";
import { Button, Secret } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { Notice } from "../ui/states";
import { VerifyGuide } from "./VerifyGuide";

interface ShowSecretProps {
  title: string;
  /** Null if the secret was rotated again meanwhile. */
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
            The secret is shown only once. If you lose it, rotate it to get a new one.
          </Notice>
          <Secret text={secret} label="secret" />
        </>
      ) : (
        <Notice tone="warn">
          The secret was rotated again meanwhile, so this one is out of date.
        </Notice>
      )}
      {children}
      <h3>How to verify a message</h3>
      <VerifyGuide />
      <div>
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
