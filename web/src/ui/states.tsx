/** The states of a view: notices, errors, badges, progress, empty, loading. */

import { CircleAlert, CircleCheck, Info, LoaderCircle, TriangleAlert } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { fieldErrors, isTransient, ProblemError } from "../api/problems";
import { Button } from "./controls";
import style from "./ui.module.css";

export type Tone = "info" | "good" | "warn" | "bad";

const ICONS = { info: Info, good: CircleCheck, warn: TriangleAlert, bad: CircleAlert };

interface NoticeProps {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
}

export function Notice({ tone = "info", title, children }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div
      className={`${style.notice} ${style[`notice_${tone}`]}`}
      role={tone === "bad" ? "alert" : "status"}
    >
      <Icon size={18} aria-hidden />
      <div className="grow">
        {title && <strong>{title} </strong>}
        {children}
      </div>
    </div>
  );
}

/** An error with the API's message, and a button to retry. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const fields = Object.entries(fieldErrors(error));
  return (
    <Notice tone={isTransient(error) ? "warn" : "bad"}>
      <span>{error instanceof Error ? error.message : String(error)}</span>
      {fields.map(([field, message]) => (
        <div key={field}>{message}</div>
      ))}
      {problem?.request_id && isTransient(error) && (
        <div className="small soft">Request ID {problem.request_id}</div>
      )}
      {retry && (
        <div>
          <Button onClick={retry}>Try again</Button>
        </div>
      )}
    </Notice>
  );
}

export function Badge({ tone, children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${style.badge} ${tone ? style[`badge_${tone}`] : ""}`}>{children}</span>;
}

interface ProgressProps {
  label: string;
  /** From 0 to 100. */
  percent: number;
  tone?: "good" | "bad";
}

export function Progress({ label, percent, tone }: ProgressProps) {
  const rounded = Math.max(0, Math.min(100, percent));
  return (
    <div
      className={style.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(rounded)}
    >
      <div
        className={`${style.fill} ${tone ? style[`fill_${tone}`] : ""}`}
        style={{ width: `${rounded}%` }}
      />
    </div>
  );
}

interface EmptyProps {
  icon: ReactElement;
  title: string;
  children?: ReactNode;
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className={style.empty}>
      {icon}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ children = "Loading…" }: { children?: ReactNode }) {
  return (
    <div className={style.loading} role="status">
      <LoaderCircle size={18} className={style.spinner} aria-hidden />
      {children}
    </div>
  );
}

/** A view's heading and actions. */
export function ViewHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className={style.view_head}>
      <h1>{title}</h1>
      <div className="row">{children}</div>
    </div>
  );
}
