/** Revokes a key after confirmation. Revoking the session's own key ends the session. */

import { useCaller } from "../session/caller";
import { endSession } from "../session/token";
import { Confirm } from "../ui/dialogs";
import { Time } from "../ui/format";
import { Notice } from "../ui/states";
import { showToast } from "../ui/toasts";
import { type Key, useRevokeKey } from "./keys";

export function RevokeKey({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const isOwn = useCaller().data?.caller_id === apiKey.key_id;
  const revoking = useRevokeKey(() => {
    if (isOwn) endSession("You revoked the key you were signed in with.");
    else showToast(`${apiKey.name} revoked.`);
    onClose();
  });
  return (
    <Confirm
      title={`Revoke ${apiKey.name}?`}
      action="Revoke key"
      isBusy={revoking.isPending}
      error={revoking.error}
      onConfirm={() => revoking.mutate(apiKey.key_id)}
      onClose={onClose}
    >
      {isOwn && (
        <Notice tone="warn" title="You are signed in with this key.">
          You'll be signed out and need another key to sign in.
        </Notice>
      )}
      <p>
        Requests with this key are rejected within 5 seconds. Running imports continue. You can't
        undo this.
      </p>
      {apiKey.last_used_at && (
        <p className="soft">
          Last used <Time at={apiKey.last_used_at} isRelative />.
        </p>
      )}
    </Confirm>
  );
}
