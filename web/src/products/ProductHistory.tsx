/** The versions of a product, and a button to restore each. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { linkTo } from "../app/route";
import { useHasScope } from "../session/caller";
import { Button } from "../ui/controls";
import { formatCount, shorten, Time } from "../ui/format";
import { More } from "../ui/rows";
import { ErrorNotice, Loading } from "../ui/states";
import { showToast } from "../ui/toasts";
import { recordChange } from "./changes";
import type { ReadProduct } from "./edits";
import style from "./form.module.css";
import { describeChange, restoreVersion, useHistory, type Version } from "./history";
import { toListedProduct } from "./listed";

const ACTIONS: Record<Version["action"], string> = {
  created: "Created",
  updated: "Changed",
  deleted: "Deleted",
  restored: "Restored",
};

interface Props {
  read: ReadProduct;
  /** Whether the form has changes that a restore would discard. */
  isDirty: boolean;
  onRestored: (read: ReadProduct) => void;
}

export function ProductHistory(props: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="stack" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>History</summary>
      {isOpen && <Versions {...props} />}
    </details>
  );
}

function Versions({ read, isDirty, onRestored }: Props) {
  const { id, sku } = read.product;
  const found = useHistory(id, read.etag);
  const queries = useQueryClient();
  const canWrite = useHasScope("products:write");
  const restoring = useMutation({
    mutationFn: (version: number) => restoreVersion(id, version, read.etag),
    onSuccess: (restored, version) => {
      recordChange(queries, id, toListedProduct(restored.product));
      showToast(`${sku} has the values of version ${formatCount(version)} again.`);
      onRestored(restored);
    },
  });
  if (found.isPending) return <Loading />;
  if (!found.data) return <ErrorNotice error={found.error} retry={() => found.refetch()} />;
  const versions = found.data.pages.flatMap((page) => page.items);
  return (
    <>
      {restoring.error && <ErrorNotice error={restoring.error} />}
      {canWrite && isDirty && <p className="soft">Save your changes to restore a version.</p>}
      <ol className={style.versions} aria-label="Versions">
        {versions.map((version, index) => (
          <li key={version.version}>
            <VersionText version={version} />
            {canWrite && index > 0 && version.action !== "deleted" && (
              <Button
                kind="quiet"
                aria-label={`Restore version ${version.version}`}
                isBusy={restoring.isPending && restoring.variables === version.version}
                disabled={isDirty || restoring.isPending}
                onClick={() => restoring.mutate(version.version)}
              >
                Restore
              </Button>
            )}
          </li>
        ))}
      </ol>
      <More {...found} />
    </>
  );
}

function VersionText({ version }: { version: Version }) {
  return (
    <div>
      <p>
        <strong>{ACTIONS[version.action]}</strong> <Time at={version.changed_at} />
        <Author {...version.author} />
      </p>
      <ul>
        {version.changes.map((change) => {
          const { label, before, after } = describeChange(change);
          return (
            <li key={change.field}>
              {label}: {shorten(before)} → {shorten(after)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Author({ job_id, filename, line, name }: Version["author"]) {
  if (!job_id) return name ? <>, by {name}</> : null;
  return (
    <>
      , by <a href={linkTo(`import/${job_id}`)}>{filename ?? job_id}</a>
      {line != null && <>, line {formatCount(line)}</>}
    </>
  );
}
