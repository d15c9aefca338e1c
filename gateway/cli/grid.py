"""A table of texts, for a terminal and for a Markdown file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap

WIDEST = 28
"""Characters of a cell's line at a terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Headings and rows of equal length."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        """Columns as wide as their widest cell; a long one goes on below, in its column."""
        lines = [line for row in (self.headings, *self.rows) for line in _wrapped(row)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.headings))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def markdown(self) -> str:
        """A table of GitHub's Markdown, ending in a line break."""
        rule = ["---"] * len(self.headings)
        return "".join(f"| {' | '.join(line)} |\n" for line in (self.headings, rule, *self.rows))


def _wrapped(row: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip_longest(*(wrap(cell, WIDEST) or [""] for cell in row), fillvalue=""))
