/**
 * Modules that are loaded on first use.
 *
 * After a deployment an older page requests modules that no longer exist. It then reloads at the same
 * address; only once, in case the reload doesn't help.
 */

import { API_ROOT } from "../api/root";

const RELOADED = "product-importer.reloaded"; // the script that was replaced by a newer one
/** Reached only if a dialog about unsaved changes kept the page open. */
const RELOAD_TIMEOUT_MS = 2_000;

/** Load a module; reload the page if a deployment removed the module. */
export async function loadModule<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(await isOutdated())) throw error;
    location.reload();
    await new Promise((resolve) => setTimeout(resolve, RELOAD_TIMEOUT_MS));
    throw error;
  }
}

/** Whether the service has a newer page. Remembers the current script to reload only once. */
async function isOutdated(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
  const name = script?.split("/").at(-1);
  if (!name || sessionStorage.getItem(RELOADED) === name) return false;
  const page = await readPage().catch(() => ""); // unreachable: a reload would lose the current page
  if (!page || page.includes(name)) return false;
  sessionStorage.setItem(RELOADED, name);
  return true;
}

async function readPage(): Promise<string> {
  const answer = await fetch(API_ROOT, { cache: "no-store" });
  return answer.ok ? answer.text() : "";
}
