"""`gateway schema`: the API's schema as printed from the code."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.server import print_schema

_FILE = Path("schema.graphql")


@click.command()
@click.option(
    "--check", is_flag=True, help="Compare with ./schema.graphql instead; exit code 1 where it differs."
)
def schema(*, check: bool) -> None:
    """Print the schema, Federation's directives included."""
    text = print_schema()
    if not check:
        click.echo(text, nl=False)
    elif not _FILE.is_file() or _FILE.read_text(encoding="utf-8") != text:
        raise click.ClickException(f"{_FILE} is not what the code says: make schema")
