/** A chosen file before its import: the preview, the options and the start button. */

import { useQuery } from "@tanstack/react-query";
import { FileText, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { fieldErrors } from "../../api/problems";
import { SaveProfile } from "../../profiles/SaveProfile";
import { Button, Checkbox } from "../../ui/controls";
import { formatBytes } from "../../ui/format";
import { ErrorNotice, Loading, Notice } from "../../ui/states";
import { describeImport } from "../estimate";
import type { Options } from "../options";
import { removeUpload, setUploadApply, setUploadOptions } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import { Warnings } from "../Warnings";
import { Columns } from "./Columns";
import style from "./choose.module.css";
import { describeState } from "./detection";
import { MoreOptions } from "./MoreOptions";
import { MissingProducts } from "./missing/MissingProducts";
import { MainOptions, type OptionFormProps } from "./OptionGroups";
import { ProductsPreview } from "./ProductsPreview";
import { ProfileField, ProfileNotice } from "./ProfileChoice";
import { isPreviewComplete, type Preview, previewQuery } from "./preview";
import { findInvalidOption, findProblem, NO_PREVIEW } from "./problem";
import { assessPreview, describeMissingNumbers, describeRejects } from "./readiness";

interface DraftProps {
  upload: UploadSnapshot;
  /** The buttons that start the import. */
  children: ReactNode;
}

export function Draft({ upload, children }: DraftProps) {
  const { id, file } = upload;
  const { data, error, isPending, isFetching, refetch } = useQuery(previewQuery(upload));
  const preview = useLastOf(data);
  const isOptionWrong = preview && findInvalidOption(error);
  return (
    <section className="card stack" aria-label={file.name} aria-busy={isFetching}>
      <DraftHead file={file} onRemove={() => removeUpload(id)}>
        {children}
      </DraftHead>
      {isPending && !preview && <Loading>Reading the file…</Loading>}
      {error && !isOptionWrong && <PreviewError error={error} retry={() => void refetch()} />}
      {preview && <DraftBody {...{ upload, preview, error }} />}
    </section>
  );
}

/** The last preview: a value that the API doesn't accept must not make the form disappear. */
function useLastOf(data: Preview | undefined): Preview | undefined {
  const [last, setLast] = useState(data);
  if (data && data !== last) setLast(data);
  return data ?? last;
}

interface DraftBodyProps {
  upload: UploadSnapshot;
  preview: Preview;
  /** Why the options couldn't be previewed. */
  error: unknown;
}

function DraftBody({ upload, preview, error }: DraftBodyProps) {
  const { id, options } = upload;
  const problem = findProblem(preview, options);
  const invalid = findInvalidOption(error);
  const change = (changed: Options) => setUploadOptions(id, changed);
  const problemAt = (place: string) => (problem?.place === place ? problem.text : undefined);
  const form: OptionFormProps = {
    options,
    headers: preview.columns.map(({ header }) => header),
    attributes: preview.columns.flatMap(({ header, field }) =>
      field === "attributes" ? [header] : [],
    ),
    stateOf: (option) => describeState(option, upload, preview, invalid ?? problem),
    onChange: change,
  };
  return (
    <>
      {problemAt("file") && <Notice tone="bad">{problemAt("file")}</Notice>}
      <ProfileNotice upload={upload} preview={preview} />
      <MainOptions {...form}>
        <ProfileField upload={upload} preview={preview} />
      </MainOptions>
      <MissingProducts options={options} profileId={upload.profile?.profile_id} onChange={change} />
      <Checkbox
        label="Look first, then apply"
        hint="Shows every change before anything is written."
        checked={upload.apply === "manual"}
        onChange={(isManual) => setUploadApply(id, isManual ? "manual" : "auto")}
      />
      <MoreOptions preview={preview} problem={invalid ?? problem} form={form} />
      {problemAt("columns") && <Notice tone="warn">{problemAt("columns")}</Notice>}
      <Expectations preview={preview} upload={upload} />
      {preview.columns.length > 0 && (
        <>
          <Columns preview={preview} options={options} onChange={change} />
          <ProductsPreview preview={preview} />
          <div className="row">
            <SaveProfile filename={upload.file.name} from={{ options, header: form.headers }} />
          </div>
        </>
      )}
    </>
  );
}

/** What may be unexpected about the result of the import. */
function Expectations({ preview, upload }: { preview: Preview; upload: UploadSnapshot }) {
  if (preview.error?.code === NO_PREVIEW) {
    return (
      <Notice title="This file has no preview.">
        Its first bytes don't show what is in it. You can import it; the page of the import shows
        how it was read.
      </Notice>
    );
  }
  if (preview.error) return null;
  if (assessPreview(preview, upload.options, isPreviewComplete(upload.file)) === "empty") {
    return <Notice tone="warn">The file has a header but no records: nothing to import.</Notice>;
  }
  const rejects = describeRejects(preview);
  return (
    <>
      {rejects && <Notice tone="warn">{rejects}</Notice>}
      <Warnings
        warnings={preview.warnings.filter(({ code }) => !rejects || code !== "many_rejected")}
      />
      {describeMissingNumbers(preview, upload.options).map((text) => (
        <p key={text} className="soft">
          {text}
        </p>
      ))}
      {preview.estimate && <p className="soft">{describeImport(preview.estimate)}</p>}
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
      <div className="row">
        {children}
        <Button
          kind="quiet"
          icon={<Trash2 size={17} aria-hidden />}
          onClick={onRemove}
          aria-label={`Remove ${file.name}`}
        />
      </div>
    </div>
  );
}
