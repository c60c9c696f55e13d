"""Format rows as tables: Markdown for pages, columns for a terminal."""

from collections.abc import Iterator, Sequence

Rows = list[tuple[str, ...]]


def to_markdown(rows: Rows) -> str:
    """Format rows as Markdown, with the first as the header and numbers aligned right."""
    head, *body = rows
    rule = ["---:" if _is_numeric(body, i) else "---" for i in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body))


def to_columns(rows: Rows) -> Iterator[str]:
    """Format rows for a terminal, with numbers aligned right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if _is_numeric(rows[1:], i) else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells).rstrip()


def _is_numeric(body: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in body if row[column]]
    return bool(cells) and all(cell[0] in "0123456789+-" for cell in cells)
