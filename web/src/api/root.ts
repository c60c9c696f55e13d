/** The API's root URL. The page is served there, and its scripts below `assets/`. */
export const API_ROOT = import.meta.env.DEV
  ? new URL("/", location.href)
  : new URL(/* @vite-ignore */ "../", import.meta.url);
