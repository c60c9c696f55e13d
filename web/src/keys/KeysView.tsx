/** The API keys: their scopes, expiry and last use. */

import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ViewProps } from "../app/route";
import { Button } from "../ui/controls";
import { More, Rows } from "../ui/rows";
import { Empty, ErrorNotice, Loading, ViewHead } from "../ui/states";
import { CreateKeyDialog } from "./CreateKey";
import { isInactive } from "./expiry";
import { KeyRow } from "./KeyRow";
import { type Key, useKeys } from "./keys";
import { RevokeKey } from "./RevokeKey";

export default function KeysView(_: ViewProps) {
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  return (
    <div className="stack">
      <ViewHead title="Keys">
        <Button
          kind="primary"
          icon={<Plus size={17} aria-hidden />}
          onClick={() => setCreating(true)}
        >
          New key
        </Button>
      </ViewHead>
      <p className="soft">
        Give each person and program its own key, with only the scopes it needs. Revoking a key
        takes effect within 5 seconds.
      </p>
      <KeyList onRevoke={setRevoking} />
      {isCreating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {revoking && <RevokeKey apiKey={revoking} onClose={() => setRevoking(null)} />}
    </div>
  );
}

function KeyList({ onRevoke }: { onRevoke: (key: Key) => void }) {
  const found = useKeys();
  if (found.isPending) return <Loading />;
  if (!found.data) return <ErrorNotice error={found.error} retry={() => found.refetch()} />;
  const keys = found.data.pages.flatMap((page) => page.items);
  const active = keys.filter((key) => !isInactive(key));
  const inactive = keys.filter((key) => isInactive(key));
  return (
    <>
      {active.length > 0 ? (
        <Rows label="Keys">
          {active.map((key) => (
            <KeyRow key={key.key_id} apiKey={key} onRevoke={() => onRevoke(key)} />
          ))}
        </Rows>
      ) : (
        <div className="card">
          <Empty icon={<KeyRound size={36} aria-hidden />} title="No active keys">
            <p>Programs need a key to call the API. Create one.</p>
          </Empty>
        </div>
      )}
      {inactive.length > 0 && (
        <details className="stack">
          <summary>Revoked and expired keys ({inactive.length})</summary>
          <Rows label="Revoked and expired keys">
            {inactive.map((key) => (
              <KeyRow key={key.key_id} apiKey={key} />
            ))}
          </Rows>
        </details>
      )}
      <More {...found} />
    </>
  );
}
