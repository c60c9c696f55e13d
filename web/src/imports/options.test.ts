import { expect, test } from "vitest";
import type { ImportJob } from "../jobs/job";
import { chooseUse, NO_OPTIONS, optionsLike, readUse } from "./options";

test("a field that is chosen for one column is taken from another", () => {
  const first = chooseUse(NO_OPTIONS, "Cost", "price");
  const second = chooseUse(first, "Retail", "price");
  expect(second.mapping).toEqual({ Retail: "price" });
});

test("any number of columns are attributes, or left out", () => {
  const chosen = ["Colour", "Size"].reduce((o, h) => chooseUse(o, h, "attributes"), NO_OPTIONS);
  expect(chosen.mapping).toEqual({ Colour: "attributes", Size: "attributes" });
  const left = ["Colour", "Size"].reduce((o, h) => chooseUse(o, h, null), NO_OPTIONS);
  expect(left.mapping).toEqual({ Colour: null, Size: null });
});

test("a column is what was chosen at once, and what its name tells until then", () => {
  expect(readUse(NO_OPTIONS, "Cost", "price")).toBe("price");
  expect(readUse(chooseUse(NO_OPTIONS, "Cost", "attributes"), "Cost", "price")).toBe("attributes");
  expect(readUse(chooseUse(NO_OPTIONS, "Cost", null), "Cost", "price")).toBeNull();
});

test("mended records are read as the file they come from was, but in UTF-8", () => {
  const job: Pick<ImportJob, "options" | "detected"> = {
    options: { encoding: "cp1252", blank: { price: "keep", active: "keep" }, max_rejects: 5 },
    detected: {
      encoding: "cp1252",
      delimiter: ";",
      columns: { Artikel: "sku", Titel: "name", Farbe: "attributes", Notiz: null },
      header: ["Artikel", "Titel", "Farbe", "Notiz"],
    },
  };
  expect(optionsLike(job)).toEqual({
    delimiter: ";",
    encoding: "utf-8",
    mapping: { Artikel: "sku", Titel: "name", Farbe: "attributes", Notiz: null },
    blank: { description: null, price: "keep", quantity: null, active: "keep" },
    max_rejects: 5,
    max_reject_rate: null,
  });
});
