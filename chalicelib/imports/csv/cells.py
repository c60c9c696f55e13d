"""Change the text of a cell before it is read: what a format or `options.columns` says."""

from pydantic import BaseModel, ConfigDict


class CellRule(BaseModel):
    """What happens to the cells of one column, in this order. A cell is trimmed before."""

    model_config = ConfigDict(frozen=True)

    values: dict[str, str] = {}  # from a cell's text, in lower case, to the text that is read

    def apply(self, text: str) -> str:
        """Return the text that is read in the place of `text`, which is trimmed."""
        return self.values.get(text.lower(), text)
