/** The frame around every view: the account, the navigation and the current view. */

import { useQueryClient } from "@tanstack/react-query";
import {
  Bookmark,
  BookOpen,
  KeyRound,
  type LucideIcon,
  Package,
  ScrollText,
  Upload,
  Webhook,
} from "lucide-react";
import { type ComponentType, lazy, type RefObject, Suspense, useEffect, useRef } from "react";
import { API_ROOT } from "../api/root";
import { Account } from "../session/Account";
import { RequireScope } from "../session/RequireScope";
import { SignIn } from "../session/SignIn";
import { SignOut } from "../session/SignOut";
import type { Scope } from "../session/scopes";
import { useSession } from "../session/token";
import { Loading, ViewHead } from "../ui/states";
import { Toasts } from "../ui/toasts";
import style from "./App.module.css";
import { ErrorBoundary } from "./ErrorBoundary";
import { loadModule } from "./lazyModules";
import { Mark } from "./Mark";
import { linkTo, useRoute, type ViewProps } from "./route";

interface View {
  path: string;
  name: string;
  icon: LucideIcon;
  /** The scope that the view requires. */
  scope?: Scope;
  /** Whether a longer path is a page of its own rather than a drawer. */
  hasPages?: boolean;
  View: ComponentType<ViewProps>;
}

const VIEWS: View[] = [
  {
    path: "import",
    name: "Import",
    icon: Upload,
    scope: "imports:write",
    hasPages: true,
    View: lazy(() => loadModule(() => import("../imports/ImportView"))),
  },
  {
    path: "jobs",
    name: "History",
    icon: ScrollText,
    View: lazy(() => loadModule(() => import("../jobs/HistoryView"))),
  },
  {
    path: "products",
    name: "Products",
    icon: Package,
    scope: "products:read",
    View: lazy(() => loadModule(() => import("../products/ProductsView"))),
  },
  {
    path: "profiles",
    name: "Profiles",
    icon: Bookmark,
    scope: "imports:write",
    hasPages: true,
    View: lazy(() => loadModule(() => import("../profiles/ProfilesView"))),
  },
  {
    path: "webhooks",
    name: "Webhooks",
    icon: Webhook,
    scope: "webhooks:write",
    hasPages: true,
    View: lazy(() => loadModule(() => import("../webhooks/WebhooksView"))),
  },
  {
    path: "keys",
    name: "Keys",
    icon: KeyRound,
    scope: "keys:write",
    View: lazy(() => loadModule(() => import("../keys/KeysView"))),
  },
];

export function App() {
  const { session } = useSession();
  return (
    <>
      {session ? <SignedIn key={session} /> : <SignIn />}
      <Toasts />
    </>
  );
}

function SignedIn() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const shown = VIEWS.find((view) => view.path === route.path[0]) ?? VIEWS[0];
  useClearOnSignOut();
  useScrollToTop(shown?.hasPages ? route.path.join("/") : shown?.path, main);
  useEffect(() => {
    document.title = `${shown?.name} · Product Importer`;
  }, [shown]);
  return (
    <div className={style.frame}>
      <button type="button" className={style.skip} onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <Navigation current={shown?.path ?? ""} />
      <main ref={main} tabIndex={-1} className={style.main}>
        <ErrorBoundary key={shown?.path}>
          <Suspense fallback={<LoadingView name={shown?.name} />}>
            {shown && (
              <RequireScope name={shown.name} scope={shown.scope}>
                <shown.View route={route} />
              </RequireScope>
            )}
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function LoadingView({ name }: { name?: string }) {
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

/** Scroll a new page to its top, and focus it if the focused element is gone. */
function useScrollToTop(page: string | undefined, main: RefObject<HTMLElement | null>): void {
  const previous = useRef(page);
  useEffect(() => {
    if (previous.current === page) return;
    previous.current = page;
    scrollTo(0, 0);
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [page, main]);
}

/** Clear cached responses when the session ends: the next key may have other scopes. */
function useClearOnSignOut(): void {
  const queries = useQueryClient();
  useEffect(() => () => queries.clear(), [queries]);
}
