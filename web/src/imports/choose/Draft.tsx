/** A chosen file before its import: the preview, the options and the start button. */

import { useQuery } from "@tanstack/react-query";
import { FileText, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { fieldErrors } from "../../api/problems";
import { Button } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { ErrorNotice, Loading, Notice } from "../../ui/states";
import type { Options } from "../options";
import { removeUpload, setUploadOptions } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import { Columns } from "./Columns";
import style from "./choose.module.css";
import { MoreOptions } from "./MoreOptions";
import { isPreviewComplete, type Preview, previewQuery } from "./preview";
import { findProblem } from "./problem";
import { assessPreview, describeMissingNumbers, describeRejects } from "./readiness";

interface DraftProps {
  upload: UploadSnapshot;
  /** The buttons that start the import. */
  children: ReactNode;
}

export function Draft({ upload, children }: DraftProps) {
  const { id, file, options } = upload;
  const preview = useQuery(previewQuery(upload));
  const problem = preview.data ? findProblem(preview.data) : null;
  const change = (changed: Options) => setUploadOptions(id, changed);
  const problemAt = (place: string) => (problem?.place === place ? problem.text : undefined);
  return (
    <section className="card stack" aria-label={file.name} aria-busy={preview.isFetching}>
      <DraftHead file={file} onRemove={() => removeUpload(id)}>
        {children}
      </DraftHead>
      {preview.isPending && !preview.isError && <Loading>Reading the file…</Loading>}
      {preview.error && <PreviewError error={preview.error} retry={() => void preview.refetch()} />}
      {problemAt("file") && <Notice tone="bad">{problemAt("file")}</Notice>}
      {preview.data && (
        <>
          <MoreOptions preview={preview.data} {...{ options, problem }} onChange={change} />
          {problemAt("columns") && <Notice tone="warn">{problemAt("columns")}</Notice>}
          <Warnings preview={preview.data} upload={upload} />
          {preview.data.columns.length > 0 && (
            <Columns preview={preview.data} options={options} onChange={change} />
          )}
        </>
      )}
    </section>
  );
}

/** Warnings about unexpected results of the import. */
function Warnings({ preview, upload }: { preview: Preview; upload: UploadSnapshot }) {
  if (preview.error) return null;
  if (assessPreview(preview, isPreviewComplete(upload.file)) === "empty") {
    return <Notice tone="warn">The file has a header but no records: nothing to import.</Notice>;
  }
  const rejects = describeRejects(preview);
  return (
    <>
      {rejects && <Notice tone="warn">{rejects}</Notice>}
      {describeMissingNumbers(preview, upload.options).map((text) => (
        <p key={text} className="soft">
          {text}
        </p>
      ))}
    </>
  );
}

/** A file of an invalid size can't be retried; other errors can. */
function PreviewError({ error, retry }: { error: unknown; retry: () => void }) {
  const { size_bytes: message } = fieldErrors(error);
  return message ? (
    <Notice tone="bad">{message}</Notice>
  ) : (
    <ErrorNotice error={error} retry={retry} />
  );
}

interface DraftHeadProps {
  file: File;
  onRemove: () => void;
  children: ReactNode;
}

function DraftHead({ file, onRemove, children }: DraftHeadProps) {
  return (
    <div className={style.draft_head}>
      <FileText size={22} aria-hidden />
      <div className="grow">
        <h2>{file.name}</h2>
        <span className="soft small">{formatBytes(file.size)}</span>
      </div>
      {children}
      <Button
        kind="quiet"
        icon={<Trash2 size={17} aria-hidden />}
        onClick={onRemove}
        aria-label={`Remove ${file.name}`}
      />
    </div>
  );
}
