/** The frame around every view: who is signed in, where one can go, which view is shown. */

import { useQueryClient } from "@tanstack/react-query";
import { BookOpen, KeyRound, LogOut, Package, ScrollText, Upload, Webhook } from "lucide-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { API_ROOT } from "../api/client";
import { SignIn } from "../session/SignIn";
import { dropToken, useToken } from "../session/token";
import { Button } from "../ui/controls";
import { Loading } from "../ui/states";
import { Toasts } from "../ui/toasts";
import style from "./App.module.css";
import { ErrorBoundary } from "./ErrorBoundary";
import { linkTo, type Route, useRoute } from "./route";

const VIEWS = [
  {
    path: "import",
    name: "Import",
    icon: Upload,
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
    View: lazy(() => import("../products/ProductsView")),
  },
  {
    path: "webhooks",
    name: "Webhooks",
    icon: Webhook,
    View: lazy(() => import("../webhooks/WebhooksView")),
  },
  { path: "keys", name: "Keys", icon: KeyRound, View: lazy(() => import("../keys/KeysView")) },
];

/** What every view is given: what follows its name in the address. */
export interface ViewProps {
  route: Route;
}

export function App() {
  const { token } = useToken();
  return (
    <>
      {token ? <Signed key={token} /> : <SignIn />}
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
          <Suspense fallback={<Loading />}>{shown && <shown.View route={route} />}</Suspense>
        </ErrorBoundary>
      </main>
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
        <a href={new URL("docs", API_ROOT).href}>
          <BookOpen size={17} aria-hidden />
          <span>API reference</span>
        </a>
        <Button kind="quiet" icon={<LogOut size={17} aria-hidden />} onClick={dropToken}>
          Sign out
        </Button>
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1d4ed8" />
      <path d="M16 6v13m0 0-5-5m5 5 5-5" className={style.arrow} />
      <path d="M7 20v3a3 3 0 0 0 3 3h12a3 3 0 0 0 3-3v-3" className={style.tray} />
    </svg>
  );
}

/** What one key could read is not shown to the next. */
function useForgetting(): void {
  const queries = useQueryClient();
  useEffect(() => () => queries.clear(), [queries]);
}
