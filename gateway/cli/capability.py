"""`gateway sources`: what each vendor can do itself, as the capability tables declare it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from gateway.capabilities import CapabilityTable, Grade
from gateway.cli.configuration import config_option, loaded, located
from gateway.cli.grid import Grid
from gateway.customer import Field
from gateway.server import specs
from gateway.spec import AnySpec

Row: TypeAlias = tuple[str, Callable[[AnySpec], str]]
"""A capability's name, and what there is to say of it."""


def _pushed(grade: Grade) -> Callable[[AnySpec], str]:
    def say(spec: AnySpec) -> str:
        fields = [one.field.value for one in spec.table.pushdowns if one.grade is grade]
        return _listed(fields)

    return say


def _listed(words: Sequence[str]) -> str:
    return ", ".join(_spoken(word) for word in dict.fromkeys(words)) or "-"


def _spoken(name: str) -> str:
    return name.replace("_", " ").lower()


def _rate(table: CapabilityTable) -> str:
    return f"{table.rate.calls} in {table.rate.seconds:g} s"


def _batch(spec: AnySpec) -> str:
    return f"up to {spec.table.batch_size} in one call" if spec.by_ids else "a call for each"


def _counting(spec: AnySpec) -> str:
    if spec.count is None:
        return "-"
    countable = spec.table.countable
    if countable is None:
        return "with any filter of its own"
    return "with some filters of its own" if countable else "everything alone"


_YES = {True: "yes", False: "-"}

ROWS: Sequence[Row] = (
    ("Several by id", _batch),
    ("E-mails are unique", lambda spec: _YES[spec.table.unique_email]),
    ("Records in a page", lambda spec: str(spec.table.page_size)),
    ("Paging", lambda spec: _listed(spec.table.paging)),
    ("Orders", lambda spec: _listed([one.value for one in spec.table.orders])),
    ("Time ranges", lambda spec: _listed([one.value for one in spec.table.ranges])),
    ("Filters, exact", _pushed(Grade.EXACT)),
    ("Filters, re-checked", _pushed(Grade.SUPERSET)),
    ("Filters, likely", _pushed(Grade.LIKELY)),
    ("Counts", _counting),
    ("Lists tags", lambda spec: _YES[spec.tags is not None]),
    ("Lists groups", lambda spec: _YES[spec.groups is not None]),
    ("Fields it knows", lambda spec: f"{len(spec.table.known)} of {len(Field)}"),
    ("Fields that need more calls", lambda spec: _listed(sorted(spec.table.known - spec.table.listed))),
    ("Documented rate", lambda spec: _rate(spec.table)),
)


def capability_grid(columns: Mapping[str, AnySpec]) -> Grid:
    """Capabilities down, vendors or sources across. What a vendor cannot do, the gateway does itself."""
    rows = [[name, *(say(spec) for spec in columns.values())] for name, say in ROWS]
    return Grid(headings=["", *columns], rows=rows)


def field_grid(columns: Mapping[str, AnySpec]) -> Grid:
    """The unified fields down: which vendor has one at all. Elsewhere it is null, which says "unknown"."""
    rows = [
        [_camel(field), *(_YES[field in spec.table.known] for spec in columns.values())] for field in Field
    ]
    return Grid(headings=["field", *columns], rows=rows)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@click.command()
@config_option
@click.option("--markdown", is_flag=True, help="As the README has it.")
@click.option("--fields", is_flag=True, help="Which unified fields each has, instead.")
def sources(config: Path | None, *, markdown: bool, fields: bool) -> None:
    """Show what each source's vendor can do itself; without a configuration, every vendor's."""
    path = located(config)
    columns = specs() if path is None else {one.name: specs()[one.vendor] for one in loaded(path).sources}
    grid = (field_grid if fields else capability_grid)(columns)
    click.echo(grid.markdown() if markdown else grid.text(), nl=not markdown)
