"""`gateway docs`: the parts of the documentation that are printed from the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from gateway.cli.capability import capability_grid, field_grid
from gateway.cli.filtering import filtering
from gateway.cli.grid import Grid
from gateway.cli.permission import permission
from gateway.cli.writing import writing
from gateway.server import source_types, specs
from gateway.settings import KeySettings, Settings, SourceSettings, Table

CONFIGURATION = Path("docs/configuration.md")
CAPABILITIES = Path("docs/capabilities.md")
FILTERS = Path("docs/filters.md")
PERMISSIONS = Path("docs/permissions.md")
MUTATIONS = Path("docs/mutations.md")
README = Path("README.md")

_MARKED = re.compile(r"(<!-- capabilities -->\n).*?(<!-- end -->)", re.DOTALL)

_CONFIGURATION = """\
# Configuration

Printed by `gateway docs` from the settings' own declarations.

The gateway reads the file of `--config`, else of the environment's `GATEWAY_CONFIG`, else `gateway.toml` in the working
directory; without any, it runs its sandbox. The order of the `[[sources]]` tables is their priority: the first known
value wins. `${NAME}` in a value is taken from the environment, `$${` is a literal `${`. Whatever is wrong (unknown
keys, missing variables, doubled names, impossible values) is told at once, a line each, by file, table and key, and
nothing starts.
"""

_CAPABILITIES = """\
# What each vendor can do

Printed by `gateway docs` from the capability tables that the gateway itself works by. "-": the vendor cannot, so the
gateway does it, or the field is unknown there. What the terms mean: [adding a vendor](adding-a-vendor.md).
"""


def documents() -> Mapping[Path, str]:
    """Every printed file's whole text, by its path in the project."""
    return {
        CONFIGURATION: configuration(),
        CAPABILITIES: capabilities(),
        FILTERS: filtering(),
        PERMISSIONS: permission(),
        MUTATIONS: writing(),
        README: readme(),
    }


def configuration() -> str:
    """The reference of `gateway.toml`."""
    return "\n".join([_CONFIGURATION, *_tables()])


def capabilities() -> str:
    """What each vendor can do, and which fields it has."""
    columns = specs()
    grids = (("Operations", capability_grid(columns)), ("Fields", field_grid(columns)))
    notes = [f"## {title}\n\n{grid.markdown()}" for title, grid in grids]
    said = [f"### {name}\n\n{_notes(spec.table.notes)}" for name, spec in columns.items() if spec.table.notes]
    return "\n".join([_CAPABILITIES, *notes, "## Notes\n", *said])


def readme() -> str:
    """The README with its capability table as the code has it."""
    table = capability_grid(specs()).markdown()
    return _MARKED.sub(lambda found: f"{found[1]}{table}{found[2]}", README.read_text(encoding="utf-8"))


def _notes(notes: Mapping[str, str]) -> str:
    return "".join(f"- `{name}`: {text}\n" for name, text in notes.items())


def _tables() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, Table):
            yield _section(f"`[{name}]`", field.description or "", model, {})
    yield _section("`[[auth.keys]]`", "One API key; `gateway key` makes one.", KeySettings, {})
    yield _section(
        "`[[sources]]`", "One account at a vendor; every source has these keys.", SourceSettings, {}
    )
    shared = SourceSettings.model_fields
    for vendor, kind in source_types().items():
        yield _section(f'`[[sources]]` with `vendor = "{vendor}"`', _first(kind), kind, shared)


def _first(kind: type[Table]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _section(title: str, words: str, model: type[Table], known: Mapping[str, FieldInfo]) -> str:
    rows = [
        [f"`{name}`", _default(field), f"{field.description}"]
        for name, field in model.model_fields.items()
        if name not in known
    ]
    return f"## {title}\n\n{words}\n\n{Grid(headings=['key', 'default', 'meaning'], rows=rows).markdown()}"


def _default(field: FieldInfo) -> str:
    secret = " (secret)" if SecretStr in (field.annotation, *get_args(field.annotation)) else ""
    if field.is_required():
        return f"required{secret}"
    return f"none{secret}" if field.default is None else f"`{_toml(field.default)}`"


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return str(value)


@click.command()
@click.option("--check", is_flag=True, help="Compare with the files instead; exit code 1 where one differs.")
def docs(*, check: bool) -> None:
    """Print the configuration reference and the capability tables into docs/ and README.md of this folder."""
    stale = [path for path, text in documents().items() if not _is_current(path, text)]
    if check and stale:
        raise click.ClickException(f"not what the code says: {', '.join(map(str, stale))}; run: gateway docs")
    for path in stale:
        path.write_text(documents()[path], encoding="utf-8")


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
