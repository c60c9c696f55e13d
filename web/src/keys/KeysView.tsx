/** The keys of this service: who has one, what it allows, and when it was used last. */

import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ViewProps } from "../app/App";
import { Button } from "../ui/controls";
import { More, Rows } from "../ui/rows";
import { Empty, Fault, Loading, ViewHead } from "../ui/states";
import { hasEnded } from "./expiry";
import { KeyRow } from "./KeyRow";
import { type Key, useKeys } from "./keys";
import { MakeKey } from "./MakeKey";
import { RevokeKey } from "./RevokeKey";

export default function KeysView(_: ViewProps) {
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  return (
    <div className="stack">
      <ViewHead title="Keys">
        <Button
          kind="primary"
          icon={<Plus size={17} aria-hidden />}
          onClick={() => setMaking(true)}
        >
          New key
        </Button>
      </ViewHead>
      <p className="soft">
        Each program and person has a key of their own, with only the scopes it needs. A key is
        revoked within 5 seconds.
      </p>
      <KeyList onRevoke={setRevoking} />
      {isMaking && <MakeKey onClose={() => setMaking(false)} />}
      {revoking && <RevokeKey apiKey={revoking} onClose={() => setRevoking(null)} />}
    </div>
  );
}

function KeyList({ onRevoke }: { onRevoke: (key: Key) => void }) {
  const found = useKeys();
  if (found.isPending) return <Loading />;
  if (!found.data) return <Fault error={found.error} retry={() => found.refetch()} />;
  const keys = found.data.pages.flatMap((page) => page.items);
  const good = keys.filter((key) => !hasEnded(key));
  const ended = keys.filter((key) => hasEnded(key));
  return (
    <>
      {good.length > 0 ? (
        <Rows label="Keys">
          {good.map((key) => (
            <KeyRow key={key.key_id} apiKey={key} onRevoke={() => onRevoke(key)} />
          ))}
        </Rows>
      ) : (
        <div className="card">
          <Empty icon={<KeyRound size={36} aria-hidden />} title="No key is good now">
            <p>You are signed in without one. Programs need a key: make one.</p>
          </Empty>
        </div>
      )}
      {ended.length > 0 && (
        <details className="stack">
          <summary>Revoked and expired keys ({ended.length})</summary>
          <Rows label="Revoked and expired keys">
            {ended.map((key) => (
              <KeyRow key={key.key_id} apiKey={key} />
            ))}
          </Rows>
        </details>
      )}
      <More {...found} />
    </>
  );
}
