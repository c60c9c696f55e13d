/** One record of CSV: into cells as the import reads it, and back (RFC 4180). */

/**
 * Cut a record into its cells. As the import does, it takes a quote within an unquoted cell for
 * itself, what follows a closing quote for more of the cell, and a quote never closed for closed.
 */
export function readRecord(record: string, delimiter: string): string[] {
  const text = record.replace(/\r?\n$|\r$/, "");
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (isQuoted && letter === '"' && text.charAt(i + 1) === '"') {
      cell += '"';
      i++;
    } else if (isQuoted && letter === '"') {
      isQuoted = false;
    } else if (isQuoted) {
      cell += letter;
    } else if (letter === delimiter) {
      cells.push(cell);
      cell = "";
    } else if (letter === '"' && startsCell(text, i, delimiter)) {
      isQuoted = true;
    } else {
      cell += letter;
    }
  }
  return [...cells, cell];
}

/** Write cells as one record, its line end included. */
export function writeRecord(cells: string[], delimiter: string): string {
  const quoted = cells.map((cell) =>
    cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  // A lone blank cell would be a blank line, which is no record.
  return `${cells.length === 1 && !cells[0] ? '""' : quoted.join(delimiter)}\r\n`;
}

function startsCell(text: string, at: number, delimiter: string): boolean {
  return at === 0 || text.charAt(at - 1) === delimiter;
}
