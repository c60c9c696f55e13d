/** The product's logo. */

import style from "./App.module.css";

export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1d4ed8" />
      <path d="M16 6v13m0 0-5-5m5 5 5-5" className={style.arrow} />
      <path d="M7 20v3a3 3 0 0 0 3 3h12a3 3 0 0 0 3-3v-3" className={style.tray} />
    </svg>
  );
}
