/** Opens the dialog that changes the cells of a column before they are read. */

import { PencilLine } from "lucide-react";
import { useState } from "react";
import { columnOf, describeColumn } from "../columnOptions";
import style from "./choose.module.css";
import { EditDialog, type EditValuesProps } from "./EditDialog";

/** The button of a column, which says whether its values are changed, and its dialog. */
export function EditValues(props: EditValuesProps) {
  const { header, field, options } = props;
  const [isOpen, setOpen] = useState(false);
  const changes = describeColumn(columnOf(options, header));
  return (
    <>
      <button
        type="button"
        className={style.edit_values}
        title={changes.join("; ")}
        disabled={field === null}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <PencilLine size={14} aria-hidden />
        {changes.length ? "Values changed" : "Edit values"}
        <span className="hidden-visually"> of column {header}</span>
      </button>
      {isOpen && <EditDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
