/** What to export, and the format of the file. */

import { useMutation } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { type FormEvent, useState } from "react";
import { IdempotentRequest } from "../../api/idempotency";
import { Button, Checkbox, Choices, Field } from "../../ui/controls";
import { ErrorNotice } from "../../ui/states";
import { isFiltered, type ListState } from "../filters";
import { SelectionChoice } from "../SelectionChoice";
import { startExport } from "./exporting";
import { FieldChoice } from "./FieldChoice";
import {
  attributesProblem,
  chosenFields,
  type ExportDraft,
  FORMATS,
  hasFields,
  hasFormulas,
  hasLayouts,
  LAYOUTS,
  toBody,
} from "./request";

interface Props {
  state: ListState;
  onStarted: (jobId: string) => void;
  onClose: () => void;
}

export function ExportForm({ state, onStarted, onClose }: Props) {
  const [draft, setDraft] = useState<ExportDraft>(() => ({
    filters: isFiltered(state.filters) ? state.filters : null,
    changedSince: "",
    format: "csv",
    layout: "product_importer",
    fields: null,
    attributes: "",
    escapesFormulas: false,
  }));
  const change = (changed: Partial<ExportDraft>) => setDraft({ ...draft, ...changed });
  const [idempotent] = useState(() => new IdempotentRequest());
  const starting = useMutation({
    mutationFn: () => {
      const body = toBody(draft);
      return idempotent.send(body, (header) => startExport(body, header));
    },
    onSuccess: onStarted,
  });
  const start = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  return (
    <form className="stack" onSubmit={start}>
      <SelectionChoice
        legend="Products to export"
        filters={state.filters}
        isAll={draft.filters === null}
        onChoose={(isAll) => change({ filters: isAll ? null : state.filters })}
      >
        No filters are set, so this exports <strong>all products</strong>. To export only some, set
        filters first.
      </SelectionChoice>
      <Field label="Format">
        <select
          value={draft.format}
          onChange={({ target }) => {
            const format = FORMATS.find(([name]) => name === target.value)?.[0];
            if (format) change({ format });
          }}
        >
          <Choices of={FORMATS} />
        </select>
      </Field>
      <Field label="Only products changed since" hint="Optional. Deleted products aren't listed.">
        <input
          type="datetime-local"
          max="9999-12-31T23:59"
          value={draft.changedSince}
          onChange={({ target }) => change({ changedSince: target.value })}
        />
      </Field>
      {hasLayouts(draft.format) && (
        <Field label="Columns">
          <select
            value={draft.layout}
            onChange={({ target }) => {
              const layout = LAYOUTS.find(([name]) => name === target.value)?.[0];
              if (layout) change({ layout });
            }}
          >
            <Choices of={LAYOUTS} />
          </select>
        </Field>
      )}
      {hasFields(draft) && <FieldChoice draft={draft} onChange={change} />}
      {hasFormulas(draft.format) && (
        <Checkbox
          label="Make formulas harmless"
          hint="Texts that a spreadsheet would run start with an apostrophe. An import removes it."
          checked={draft.escapesFormulas}
          onChange={(escapesFormulas) => change({ escapesFormulas })}
        />
      )}
      {starting.error && <ErrorNotice error={starting.error} />}
      <div className="row">
        <Button
          type="submit"
          kind="primary"
          icon={<FileDown size={17} aria-hidden />}
          isBusy={starting.isPending}
          disabled={chosenFields(draft)?.length === 0 || Boolean(attributesProblem(draft))}
        >
          Export
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}
