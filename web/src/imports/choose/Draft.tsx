/** A file that was chosen: what it looks like, how it is to be read, and the start of its import. */

import { useQuery } from "@tanstack/react-query";
import { FileText, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { fieldsOf } from "../../api/problems";
import { Button, Choices, Field } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { Fault, Loading, Notice } from "../../ui/states";
import { DELIMITERS, ENCODINGS, nameOf, type Options, pick } from "../options";
import { removeUpload, setUploadOptions } from "../upload/queue";
import type { ShownUpload } from "../upload/upload";
import { Columns } from "./Columns";
import style from "./choose.module.css";
import { OptionsForm } from "./OptionsForm";
import { isLookedAtWhole, type Preview, previewQuery } from "./preview";
import { findProblem, hasStrangeLetters } from "./problem";
import { foretellNumbers, foretellRejects, judge } from "./verdict";

interface DraftProps {
  upload: ShownUpload;
  /** The buttons that start it, alone or with others. */
  children: ReactNode;
}

export function Draft({ upload, children }: DraftProps) {
  const { id, file, options } = upload;
  const preview = useQuery(previewQuery(upload));
  const problem = preview.data ? findProblem(preview.data) : null;
  const change = (changed: Options) => setUploadOptions(id, changed);
  const faultAt = (place: string) => (problem?.place === place ? problem.text : undefined);
  return (
    <section className="card stack" aria-label={file.name} aria-busy={preview.isFetching}>
      <DraftHead file={file} onRemove={() => removeUpload(id)}>
        {children}
      </DraftHead>
      {preview.isPending && !preview.isError && <Loading>Looking at the file…</Loading>}
      {preview.error && <PreviewFault error={preview.error} retry={() => void preview.refetch()} />}
      {faultAt("file") && <Notice tone="bad">{faultAt("file")}</Notice>}
      {preview.data && (
        <>
          <Reading
            preview={preview.data}
            {...{ options, fault: faultAt("encoding") }}
            onChange={change}
          />
          {faultAt("columns") && <Notice tone="warn">{faultAt("columns")}</Notice>}
          <Foretold preview={preview.data} upload={upload} />
          {preview.data.columns.length > 0 && (
            <Columns preview={preview.data} options={options} onChange={change} />
          )}
          <OptionsForm options={options} onChange={change} />
        </>
      )}
    </section>
  );
}

/** What an import would make of the records, where that is not what one would expect. */
function Foretold({ preview, upload }: { preview: Preview; upload: ShownUpload }) {
  if (preview.error) return null;
  if (judge(preview, isLookedAtWhole(upload.file)) === "empty") {
    return <Notice tone="warn">The file has a header and no records: nothing is to import.</Notice>;
  }
  const rejects = foretellRejects(preview);
  return (
    <>
      {rejects && <Notice tone="warn">{rejects}</Notice>}
      {foretellNumbers(preview, upload.options).map((said) => (
        <p key={said} className="soft">
          {said}
        </p>
      ))}
    </>
  );
}

/** What is wrong with the file itself is said of it; anything else may pass. */
function PreviewFault({ error, retry }: { error: unknown; retry: () => void }) {
  const { size_bytes: ofFile } = fieldsOf(error);
  return ofFile ? <Notice tone="bad">{ofFile}</Notice> : <Fault error={error} retry={retry} />;
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
        aria-label={`Take ${file.name} off the list`}
      />
    </div>
  );
}

interface ReadingProps {
  preview: Preview;
  options: Options;
  fault: string | undefined;
  onChange: (options: Options) => void;
}

/** How the bytes are read: told by the file, or chosen. */
function Reading({ preview, options, fault, onChange }: ReadingProps) {
  const told = (name: string | null) => `Told by the file${name ? `: ${name}` : ""}`;
  const isGuessWrong =
    options.encoding === null && (fault !== undefined || hasStrangeLetters(preview));
  const delimiter = preview.delimiter ? nameOf(DELIMITERS, preview.delimiter) : null;
  const doubt = hasStrangeLetters(preview)
    ? "Some letters cannot be read so. Choose another encoding."
    : undefined;
  const encoding = preview.encoding
    ? nameOf(ENCODINGS, preview.encoding.replace(/-[lb]e$/, ""))
    : null;
  return (
    <div className={style.fields}>
      <Field label="Cells are separated by">
        <select
          value={options.delimiter ?? ""}
          onChange={({ target }) =>
            onChange({ ...options, delimiter: pick(DELIMITERS, target.value) })
          }
        >
          <option value="">{told(options.delimiter ? null : delimiter)}</option>
          <Choices of={DELIMITERS} />
        </select>
      </Field>
      <Field label="Letters are encoded as" fault={fault ?? doubt}>
        <select
          value={options.encoding ?? ""}
          onChange={({ target }) =>
            onChange({ ...options, encoding: pick(ENCODINGS, target.value) })
          }
        >
          <option value="">
            {isGuessWrong ? "Not known" : told(options.encoding ? null : encoding)}
          </option>
          <Choices of={ENCODINGS} />
        </select>
      </Field>
      {isGuessWrong && (
        <div className={style.proposal}>
          <Button onClick={() => onChange({ ...options, encoding: "cp1252" })}>
            Read it as Windows-1252
          </Button>
          <span className="soft small">As older programs and Excel write files in the West.</span>
        </div>
      )}
    </div>
  );
}
