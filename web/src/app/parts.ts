/**
 * The parts of the page that are loaded when somebody first needs them.
 *
 * A page from before a deployment asks for parts that are gone with it. Then it is loaded anew, at the
 * same address; once, in case that does not help.
 */

import { API_ROOT } from "../api/client";

const LEFT = "product-importer.left"; // the script that was given up for a newer one
/** Long after the page is gone, but for someone who was asked whether to leave it, and stays. */
const GONE_AFTER_MS = 2_000;

/** Load a part; where it is gone with an older page, the newer page. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(await isOutdated())) throw error;
    location.reload();
    await new Promise((resolve) => setTimeout(resolve, GONE_AFTER_MS));
    throw error;
  }
}

/** Say whether the service has another page by now, and remember that this one was given up. */
async function isOutdated(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.src;
  const name = script?.split("/").at(-1);
  if (!name || sessionStorage.getItem(LEFT) === name) return false;
  const page = await readPage().catch(() => ""); // away: loading it anew would lose this one, too
  if (!page || page.includes(name)) return false;
  sessionStorage.setItem(LEFT, name);
  return true;
}

async function readPage(): Promise<string> {
  const answer = await fetch(API_ROOT, { cache: "no-store" });
  return answer.ok ? answer.text() : "";
}
