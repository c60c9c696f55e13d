/** Parsing and writing a single CSV record (RFC 4180). */

/**
 * Parse a record into cells as the import does: a quote within an unquoted cell is literal, text after
 * a closing quote continues the cell, and an unclosed quote ends with the record.
 */
export function parseRecord(record: string, delimiter: string): string[] {
  const text = record.replace(/\r?\n$|\r$/, "");
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (isQuoted && character === '"' && text.charAt(i + 1) === '"') {
      cell += '"';
      i++;
    } else if (isQuoted && character === '"') {
      isQuoted = false;
    } else if (isQuoted) {
      cell += character;
    } else if (character === delimiter) {
      cells.push(cell);
      cell = "";
    } else if (character === '"' && startsCell(text, i, delimiter)) {
      isQuoted = true;
    } else {
      cell += character;
    }
  }
  return [...cells, cell];
}

/** Write cells as a record with its line end. */
export function writeRecord(cells: string[], delimiter: string): string {
  const quoted = cells.map((cell) =>
    cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  // Without quotes a single blank cell would be a blank line, which isn't a record.
  return `${cells.length === 1 && !cells[0] ? '""' : quoted.join(delimiter)}\r\n`;
}

function startsCell(text: string, at: number, delimiter: string): boolean {
  return at === 0 || text.charAt(at - 1) === delimiter;
}
