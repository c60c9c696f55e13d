/** A key in the list. */

import { useCaller } from "../session/caller";
import { nameScopes } from "../session/scopes";
import { Button } from "../ui/controls";
import { Time } from "../ui/format";
import { Facts, RowTitle } from "../ui/rows";
import { Badge } from "../ui/states";
import type { Key } from "./keys";

interface KeyRowProps {
  apiKey: Key;
  /** Absent if the key is revoked or expired. */
  onRevoke?: () => void;
}

export function KeyRow({ apiKey, onRevoke }: KeyRowProps) {
  const isOwn = useCaller().data?.caller_id === apiKey.key_id;
  return (
    <li className="row">
      <div className="grow stack tight">
        <RowTitle>
          {apiKey.name}
          {isOwn && <Badge tone="info">Current key</Badge>}
          {!onRevoke && <Badge>{apiKey.revoked_at ? "Revoked" : "Expired"}</Badge>}
        </RowTitle>
        <div>{nameScopes(apiKey.scopes)}</div>
        <Facts>
          <span>
            Created <Time at={apiKey.created_at} />
          </span>
          <span>
            {apiKey.last_used_at ? (
              <>
                Last used <Time at={apiKey.last_used_at} isRelative />
              </>
            ) : (
              "Never used"
            )}
          </span>
          <Expiry apiKey={apiKey} />
        </Facts>
      </div>
      {onRevoke && (
        <Button onClick={onRevoke} aria-label={`Revoke ${apiKey.name}`}>
          Revoke
        </Button>
      )}
    </li>
  );
}

function Expiry({ apiKey: { revoked_at, expires_at } }: { apiKey: Key }) {
  if (revoked_at) {
    return (
      <span>
        Revoked <Time at={revoked_at} />
      </span>
    );
  }
  if (!expires_at) return <span>Never expires</span>;
  return (
    <span>
      {Date.parse(expires_at) <= Date.now() ? "Expired" : "Expires"} <Time at={expires_at} />
    </span>
  );
}
