/** Asks who one is: at the OpenID Connect issuer, where one is set up, or by an API key. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ProblemError } from "../api/problems";
import { Mark } from "../app/Mark";
import { loadPart } from "../app/parts";
import { goTo } from "../app/route";
import { Button, Field } from "../ui/controls";
import { Fault, Loading, Notice } from "../ui/states";
import { CALLER, readCaller } from "./caller";
import { hasReturned, type Issuer, issuer } from "./issuer";
import style from "./SignIn.module.css";
import { keepToken, useSession } from "./token";

export function SignIn() {
  const { reason } = useSession();
  return (
    <main className={style.page}>
      <div className={`card stack ${style.card}`}>
        <div className={style.head}>
          <Mark size={40} />
          <div>
            <h1>Product Importer</h1>
            <p className="soft small">Sign in to import files and to manage products.</p>
          </div>
        </div>
        {reason && <Notice tone="warn">{reason}</Notice>}
        {issuer && <AtIssuer issuer={issuer} />}
        {issuer && <div className={style.or}>or with a key</div>}
        <ByKey isOnlyWay={!issuer} />
      </div>
    </main>
  );
}

function ByKey({ isOnlyWay }: { isOnlyWay: boolean }) {
  const [key, setKey] = useState("");
  const enter = useEntering();
  const trying = useMutation({ mutationFn: () => enter({ token: key.trim() }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    trying.mutate();
  };
  const isRefused = isRefusal(trying.error);
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label="API key"
        hint="It is kept for this tab alone, and forgotten when the tab is closed."
        fault={isRefused ? "This key is not valid: look whether it is whole." : undefined}
      >
        <input
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="pik_…"
          value={key}
          required
          autoFocus={isOnlyWay}
          onChange={(event) => setKey(event.target.value)}
        />
      </Field>
      {trying.error && !isRefused && <Fault error={trying.error} />}
      <Button type="submit" kind={isOnlyWay ? "primary" : "plain"} isBusy={trying.isPending}>
        Sign in{isOnlyWay ? "" : " with a key"}
      </Button>
      <p className="soft small">
        The first key is printed where the service was started or deployed. Whoever has it makes
        more of them under Keys.
      </p>
    </form>
  );
}

function AtIssuer({ issuer }: { issuer: Issuer }) {
  const enter = useEntering();
  const leaving = useMutation({ mutationFn: async () => (await loadOidc()).goToIssuer() });
  const returning = useQuery({
    queryKey: ["sign-in"],
    queryFn: async () => {
      const { finishSignIn } = await loadOidc();
      await enter(await finishSignIn());
      return true;
    },
    enabled: hasReturned(),
    retry: false,
  });
  if (returning.isFetching) return <Loading>Signing in…</Loading>;
  const error = leaving.error ?? returning.error;
  return (
    <>
      {isRefusal(error) ? (
        <Notice tone="bad">
          You are signed in at {new URL(issuer.url).host}, but its token is not one for this
          service. Whoever set the issuer up can change its audience.
        </Notice>
      ) : (
        error && <Fault error={error} />
      )}
      <Button
        kind="primary"
        icon={<LogIn size={17} aria-hidden />}
        isBusy={leaving.isPending || leaving.isSuccess}
        onClick={() => leaving.mutate()}
      >
        Sign in at {new URL(issuer.url).host}
      </Button>
    </>
  );
}

function loadOidc() {
  return loadPart(() => import("./oidc"));
}

interface Entering {
  token: string;
  renewedAt?: number;
  view?: string;
}

/** Return what begins a session with a token, once the API has said whose it is. */
function useEntering() {
  const queries = useQueryClient();
  return async ({ token, renewedAt, view }: Entering) => {
    queries.setQueryData(CALLER, await readCaller(token));
    if (view) goTo(view, { replace: true });
    keepToken(token, renewedAt);
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401;
}
