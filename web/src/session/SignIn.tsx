/** The sign-in page: through the OpenID Connect issuer, if one is configured, or with an API key. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ProblemError } from "../api/problems";
import { loadModule } from "../app/lazyModules";
import { Mark } from "../app/Mark";
import { goTo } from "../app/route";
import { Button, Field } from "../ui/controls";
import { ErrorNotice, Loading, Notice } from "../ui/states";
import { CALLER, readCaller } from "./caller";
import { hasCallback, type Issuer, issuer } from "./issuer";
import style from "./SignIn.module.css";
import { startSession, useSession } from "./token";

export function SignIn() {
  const { reason } = useSession();
  return (
    <main className={style.page}>
      <div className={`card stack ${style.card}`}>
        <div className={style.head}>
          <Mark size={40} />
          <div>
            <h1>Product Importer</h1>
            <p className="soft small">Sign in to import files and manage products.</p>
          </div>
        </div>
        {reason && <Notice tone="warn">{reason}</Notice>}
        {issuer && <IssuerSignIn issuer={issuer} />}
        {issuer && <div className={style.or}>or with a key</div>}
        <KeySignIn isOnlyWay={!issuer} />
      </div>
    </main>
  );
}

function KeySignIn({ isOnlyWay }: { isOnlyWay: boolean }) {
  const [key, setKey] = useState("");
  const start = useStartSession();
  const signingIn = useMutation({ mutationFn: () => start({ token: key.trim() }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signingIn.mutate();
  };
  const isRejected = isUnauthorized(signingIn.error);
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label="API key"
        hint="Stored for this tab only, until you close it."
        error={isRejected ? "This key isn't valid. Check that you copied all of it." : undefined}
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
      {signingIn.error && !isRejected && <ErrorNotice error={signingIn.error} />}
      <Button type="submit" kind={isOnlyWay ? "primary" : "plain"} isBusy={signingIn.isPending}>
        Sign in{isOnlyWay ? "" : " with a key"}
      </Button>
      <p className="soft small">
        The first key is printed when the service is started or deployed. Create more keys under
        Keys.
      </p>
    </form>
  );
}

function IssuerSignIn({ issuer }: { issuer: Issuer }) {
  const start = useStartSession();
  const redirecting = useMutation({ mutationFn: async () => (await loadOidc()).goToIssuer() });
  const returning = useQuery({
    queryKey: ["sign-in"],
    queryFn: async () => {
      const { finishSignIn } = await loadOidc();
      await start(await finishSignIn());
      return true;
    },
    enabled: hasCallback(),
    retry: false,
  });
  if (returning.isFetching) return <Loading>Signing in…</Loading>;
  const error = redirecting.error ?? returning.error;
  return (
    <>
      {isUnauthorized(error) ? (
        <Notice tone="bad">
          You signed in at {new URL(issuer.url).host}, but its token isn't valid for this service.
          Ask the issuer's administrator to check the token's audience.
        </Notice>
      ) : (
        error && <ErrorNotice error={error} />
      )}
      <Button
        kind="primary"
        icon={<LogIn size={17} aria-hidden />}
        isBusy={redirecting.isPending || redirecting.isSuccess}
        onClick={() => redirecting.mutate()}
      >
        Sign in at {new URL(issuer.url).host}
      </Button>
    </>
  );
}

function loadOidc() {
  return loadModule(() => import("./oidc"));
}

interface SignedInToken {
  token: string;
  renewedAt?: number;
  view?: string;
}

/** Return a function that starts a session once the API has accepted the token. */
function useStartSession() {
  const queries = useQueryClient();
  return async ({ token, renewedAt, view }: SignedInToken) => {
    queries.setQueryData(CALLER, await readCaller(token));
    if (view) goTo(view, { replace: true });
    startSession(token, renewedAt);
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401;
}
