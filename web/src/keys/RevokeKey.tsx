/** Revokes a key, after a question; that of the session ends the session. */

import { useCaller } from "../session/caller";
import { dropToken } from "../session/token";
import { Confirm } from "../ui/dialogs";
import { Time } from "../ui/format";
import { Notice } from "../ui/states";
import { say } from "../ui/toasts";
import { type Key, useRevokeKey } from "./keys";

export function RevokeKey({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const isOwn = useCaller().data?.caller_id === apiKey.key_id;
  const revoking = useRevokeKey(() => {
    if (isOwn) dropToken("You revoked the key that you were signed in with.");
    else say(`${apiKey.name} is revoked.`);
    onClose();
  });
  return (
    <Confirm
      title={`Revoke ${apiKey.name}?`}
      action="Revoke the key"
      isBusy={revoking.isPending}
      error={revoking.error}
      onConfirm={() => revoking.mutate(apiKey.key_id)}
      onClose={onClose}
    >
      {isOwn && (
        <Notice tone="warn" title="You are signed in with this key.">
          You will be signed out at once, and need another key to come back.
        </Notice>
      )}
      <p>
        Whatever uses it is refused within 5 seconds. This cannot be undone; imports it has started
        go on.
      </p>
      {apiKey.last_used_at && (
        <p className="soft">
          It was last used <Time at={apiKey.last_used_at} isDistance />.
        </p>
      )}
    </Confirm>
  );
}
