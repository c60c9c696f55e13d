/** The frame around every view: who is signed in, where one can go, which view is shown. */

import { useQueryClient } from "@tanstack/react-query";
import {
  BookOpen,
  KeyRound,
  LogOut,
  type LucideIcon,
  Package,
  ScrollText,
  Upload,
  Webhook,
} from "lucide-react";
import { type ComponentType, lazy, Suspense, useEffect, useRef } from "react";
import { API_ROOT } from "../api/client";
import { Account } from "../session/Account";
import { Allowed } from "../session/Allowed";
import { SignIn } from "../session/SignIn";
import type { Scope } from "../session/scopes";
import { dropToken, useSession } from "../session/token";
import { Button } from "../ui/controls";
import { Loading, ViewHead } from "../ui/states";
import { Toasts } from "../ui/toasts";
import style from "./App.module.css";
import { ErrorBoundary } from "./ErrorBoundary";
import { Mark } from "./Mark";
import { linkTo, type Route, useRoute } from "./route";

interface View {
  path: string;
  name: string;
  icon: LucideIcon;
  /** Without this scope there is nothing in it that a key could do. */
  needs?: Scope;
  View: ComponentType<ViewProps>;
}

const VIEWS: View[] = [
  {
    path: "import",
    name: "Import",
    icon: Upload,
    needs: "imports:write",
    View: lazy(() => import("../imports/ImportView")),
  },
  {
    path: "jobs",
    name: "History",
    icon: ScrollText,
    View: lazy(() => import("../jobs/HistoryView")),
  },
  {
    path: "products",
    name: "Products",
    icon: Package,
    needs: "products:read",
    View: lazy(() => import("../products/ProductsView")),
  },
  {
    path: "webhooks",
    name: "Webhooks",
    icon: Webhook,
    needs: "webhooks:write",
    View: lazy(() => import("../webhooks/WebhooksView")),
  },
  {
    path: "keys",
    name: "Keys",
    icon: KeyRound,
    needs: "keys:write",
    View: lazy(() => import("../keys/KeysView")),
  },
];

/** What every view is given: what follows its name in the address. */
export interface ViewProps {
  route: Route;
}

export function App() {
  const { session } = useSession();
  return (
    <>
      {session ? <Signed key={session} /> : <SignIn />}
      <Toasts />
    </>
  );
}

function Signed() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const shown = VIEWS.find((view) => view.path === route.path[0]) ?? VIEWS[0];
  useForgetting();
  useEffect(() => {
    document.title = `${shown?.name} · Product Importer`;
    scrollTo(0, 0);
  }, [shown]);
  return (
    <div className={style.frame}>
      <button type="button" className={style.skip} onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Navigation current={shown?.path ?? ""} />
      <main ref={main} tabIndex={-1} className={style.main}>
        <ErrorBoundary key={shown?.path}>
          <Suspense fallback={<Coming name={shown?.name} />}>
            {shown && (
              <Allowed name={shown.name} needs={shown.needs}>
                <shown.View route={route} />
              </Allowed>
            )}
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function Coming({ name }: { name?: string }) {
  return (
    <div className="stack">
      <ViewHead title={name} />
      <Loading />
    </div>
  );
}

function Navigation({ current }: { current: string }) {
  return (
    <header className={style.side}>
      <a href={linkTo("import")} className={style.brand}>
        <Mark />
        <span>Product Importer</span>
      </a>
      <nav aria-label="Views" className={style.views}>
        {VIEWS.map(({ path, name, icon: Icon }) => (
          <a key={path} href={linkTo(path)} aria-current={path === current ? "page" : undefined}>
            <Icon size={19} aria-hidden />
            <span>{name}</span>
          </a>
        ))}
      </nav>
      <div className={style.foot}>
        <Account />
        <a href={new URL("docs", API_ROOT).href}>
          <BookOpen size={17} aria-hidden />
          <span>API reference</span>
        </a>
        <Button kind="quiet" icon={<LogOut size={17} aria-hidden />} onClick={() => dropToken()}>
          Sign out
        </Button>
      </div>
    </header>
  );
}

/** What one key could read is not shown to the next. */
function useForgetting(): void {
  const queries = useQueryClient();
  useEffect(() => () => queries.clear(), [queries]);
}
