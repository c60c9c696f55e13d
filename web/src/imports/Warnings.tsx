/** What in a file may be unintended, in a preview and on the page of an import. */

import type { Schema } from "../api/client";
import { messageFor } from "../api/messages";
import { Notice } from "../ui/states";
import { describePlaces } from "./places";
import style from "./warnings.module.css";

type Warning = Schema["Warning"];

export function Warnings({ warnings }: { warnings: Warning[] }) {
  const [first] = warnings;
  if (!first) return null;
  return (
    <Notice tone="warn" title={warnings.length === 1 ? "Warning" : "Warnings"}>
      <ul className={style.warnings}>
        {warnings.map((warning) => (
          <li key={`${warning.code} ${warning.message}`}>
            {messageFor(warning)} <Places warning={warning} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Places({ warning }: { warning: Warning }) {
  const places = describePlaces(warning);
  return places && <span className="soft small">{places}</span>;
}
