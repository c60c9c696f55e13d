/** Shows a view to those who may use it, and tells the others which scope they lack. */

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { linkTo } from "../app/route";
import { ButtonLink } from "../ui/controls";
import { Empty, Fault, Loading, ViewHead } from "../ui/states";
import { useCaller, useMay } from "./caller";
import { SCOPES, type Scope } from "./scopes";

interface AllowedProps {
  /** The view's name. */
  name: string;
  needs?: Scope;
  children: ReactNode;
}

export function Allowed({ name, needs, children }: AllowedProps) {
  const { data: caller, error, refetch } = useCaller();
  if (!needs || caller?.scopes.includes(needs)) return children;
  return (
    <div className="stack">
      <ViewHead title={name} />
      {caller && <Lacking scope={needs} />}
      {!caller && (error ? <Fault error={error} retry={() => refetch()} /> : <Loading />)}
    </div>
  );
}

function Lacking({ scope }: { scope: Scope }) {
  const mayMakeKeys = useMay("keys:write");
  return (
    <div className="card">
      <Empty icon={<Lock size={36} aria-hidden />} title="Your key does not allow this">
        <p>
          It lacks the scope <code>{scope}</code>: {SCOPES[scope].toLowerCase()}.
        </p>
        <p>
          {mayMakeKeys
            ? "A key grants only what it has, so whoever has that scope can make you another one."
            : "Whoever has that scope, and keys:write, can make you a key with it."}
        </p>
        <ButtonLink href={linkTo("jobs")}>Go to the history</ButtonLink>
      </Empty>
    </div>
  );
}
