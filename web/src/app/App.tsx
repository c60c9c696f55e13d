/** The frame around every view: who is signed in, where one can go, which view is shown. */

import { useQueryClient } from "@tanstack/react-query";
import {
  BookOpen,
  KeyRound,
  type LucideIcon,
  Package,
  ScrollText,
  Upload,
  Webhook,
} from "lucide-react";
import { type ComponentType, lazy, type RefObject, Suspense, useEffect, useRef } from "react";
import { API_ROOT } from "../api/client";
import { Account } from "../session/Account";
import { Allowed } from "../session/Allowed";
import { SignIn } from "../session/SignIn";
import { SignOut } from "../session/SignOut";
import type { Scope } from "../session/scopes";
import { useSession } from "../session/token";
import { Loading, ViewHead } from "../ui/states";
import { Toasts } from "../ui/toasts";
import style from "./App.module.css";
import { ErrorBoundary } from "./ErrorBoundary";
import { Mark } from "./Mark";
import { loadPart } from "./parts";
import { linkTo, type Route, useRoute } from "./route";

interface View {
  path: string;
  name: string;
  icon: LucideIcon;
  /** Without this scope there is nothing in it that a key could do. */
  needs?: Scope;
  /** Whether what follows its name in the address is a page of its own, and no drawer. */
  hasPages?: boolean;
  View: ComponentType<ViewProps>;
}

const VIEWS: View[] = [
  {
    path: "import",
    name: "Import",
    icon: Upload,
    needs: "imports:write",
    hasPages: true,
    View: lazy(() => loadPart(() => import("../imports/ImportView"))),
  },
  {
    path: "jobs",
    name: "History",
    icon: ScrollText,
    View: lazy(() => loadPart(() => import("../jobs/HistoryView"))),
  },
  {
    path: "products",
    name: "Products",
    icon: Package,
    needs: "products:read",
    View: lazy(() => loadPart(() => import("../products/ProductsView"))),
  },
  {
    path: "webhooks",
    name: "Webhooks",
    icon: Webhook,
    needs: "webhooks:write",
    hasPages: true,
    View: lazy(() => loadPart(() => import("../webhooks/WebhooksView"))),
  },
  {
    path: "keys",
    name: "Keys",
    icon: KeyRound,
    needs: "keys:write",
    View: lazy(() => loadPart(() => import("../keys/KeysView"))),
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
  useTopOf(shown?.hasPages ? route.path.join("/") : shown?.path, main);
  useEffect(() => {
    document.title = `${shown?.name} · Product Importer`;
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
        <SignOut kind="quiet" />
      </div>
    </header>
  );
}

/** Another page is shown from its top; the focus goes there where what had it is gone. */
function useTopOf(page: string | undefined, main: RefObject<HTMLElement | null>): void {
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    scrollTo(0, 0);
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [page, main]);
}

/** What one key could read is not shown to the next. */
function useForgetting(): void {
  const queries = useQueryClient();
  useEffect(() => () => queries.clear(), [queries]);
}
