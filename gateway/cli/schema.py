"""`gateway schema`: the API's schema as printed from the code, and whether clients can live with it."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.breaking import CHANGELOG, RELEASED, list_breaks, list_untold
from gateway.server import print_schema

_FILE = Path("schema.graphql")


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Compare with ./schema.graphql instead, and with the last release's; exit code 1 where it differs, or breaks"
    " clients without a word in the changelog.",
)
@click.option("--release", is_flag=True, help=f"Make it the one that clients have: write {RELEASED}.")
def schema(*, check: bool, release: bool) -> None:
    """Print the schema, Federation's directives included."""
    text = print_schema()
    if release:
        RELEASED.write_text(text, encoding="utf-8")
    elif check:
        _check_printed(text)
        _check_compatible(text)
    else:
        click.echo(text, nl=False)


def _check_printed(text: str) -> None:
    if not _FILE.is_file() or _FILE.read_text(encoding="utf-8") != text:
        raise click.ClickException(f"{_FILE} is not what the code says: make schema")


def _check_compatible(text: str) -> None:
    """Where nothing was released, nothing can break."""
    if not RELEASED.is_file():
        return
    breaks = list_breaks(RELEASED.read_text(encoding="utf-8"), text)
    untold = list_untold(breaks, CHANGELOG.read_text(encoding="utf-8") if CHANGELOG.is_file() else "")
    if untold:
        lines = "\n".join(f"- `{sentence}`" for sentence in untold)
        raise click.ClickException(
            f"the schema breaks clients of the last release. Undo that, or put these lines into the [Unreleased]"
            f" part of {CHANGELOG}, each with what to do about it:\n{lines}"
        )
