/** The requirements for a file, for first-time users. */

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api, request } from "../../api/client";
import { saveFile } from "../../api/saveFile";
import { linkTo } from "../../app/route";
import { FIELDS } from "../../products/fields";
import { Button } from "../../ui/controls";
import { showToast } from "../../ui/toasts";
import style from "./choose.module.css";

const EXAMPLE = `sku,name,price,quantity
LAMP-1,Desk lamp,24.90,12
LAMP-2,"Floor lamp, tall",89,3`;

export function FileRequirements() {
  return (
    <section className={`card ${style.requirements}`} aria-labelledby="file-requirements">
      <div className="stack">
        <h2 id="file-requirements">File requirements</h2>
        <ul>
          <li>
            A file with separated values (.csv, .tsv, .txt) or a workbook (.xlsx, .xls, .ods). It
            can be compressed (.gz, .zip, .zst, .bz2, .xz).
          </li>
          <li>A header row with the column names.</li>
          <li>
            Columns for <strong>SKU</strong> and <strong>name</strong>. Exports of common shops are
            recognized.
          </li>
          <li>Optional columns: {listOptional()}. Every other column becomes an attribute.</li>
        </ul>
        <p className="soft">
          Products with an existing SKU are updated. Earlier imports are in the{" "}
          <a href={linkTo("jobs")}>history</a>.
        </p>
      </div>
      <div className="stack">
        <pre>{EXAMPLE}</pre>
        <DownloadTemplate />
      </div>
    </section>
  );
}

/** Downloads a CSV file with a column for each product field. */
function DownloadTemplate() {
  const download = useMutation({
    mutationFn: async () => {
      const file = await request(api.GET("/imports/template", { parseAs: "blob" }));
      saveFile(file, "template.csv");
    },
    onError: (error) => showToast(error.message, "bad"),
  });
  return (
    <div>
      <Button
        icon={<Download size={16} aria-hidden />}
        isBusy={download.isPending}
        onClick={() => download.mutate()}
      >
        Download template
      </Button>
    </div>
  );
}

function listOptional(): string {
  const optional = FIELDS.filter(({ required }) => !required);
  return new Intl.ListFormat("en").format(optional.map(({ label }) => label.toLowerCase()));
}
