/** Shows a view if the caller has its scope; otherwise says which scope is missing. */

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { linkTo } from "../app/route";
import { ButtonLink } from "../ui/controls";
import { Empty, ErrorNotice, Loading, ViewHead } from "../ui/states";
import { useCaller, useHasScope } from "./caller";
import { SCOPES, type Scope } from "./scopes";

interface RequireScopeProps {
  /** The view's name. */
  name: string;
  scope?: Scope;
  children: ReactNode;
}

export function RequireScope({ name, scope, children }: RequireScopeProps) {
  const { data: caller, error, refetch } = useCaller();
  if (!scope || caller?.scopes.includes(scope)) return children;
  return (
    <div className="stack">
      <ViewHead title={name} />
      {caller && <MissingScope scope={scope} />}
      {!caller && (error ? <ErrorNotice error={error} retry={() => refetch()} /> : <Loading />)}
    </div>
  );
}

function MissingScope({ scope }: { scope: Scope }) {
  const canCreateKeys = useHasScope("keys:write");
  return (
    <div className="card">
      <Empty icon={<Lock size={36} aria-hidden />} title="Missing scope">
        <p>
          This view requires the scope <code>{scope}</code>: {SCOPES[scope].toLowerCase()}.
        </p>
        <p>
          {canCreateKeys
            ? "A key can grant only its own scopes. Ask someone who has this scope to create a key for you."
            : "Ask someone who has this scope and keys:write to create a key for you."}
        </p>
        <ButtonLink href={linkTo("jobs")}>Go to history</ButtonLink>
      </Empty>
    </div>
  );
}
