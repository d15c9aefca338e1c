"""`gateway key`: a new API key, and what the configuration holds of it."""

from __future__ import annotations

import click

from gateway.access import digest_of, new_key


@click.command()
@click.option("--name", default="a caller", metavar="NAME", help="Whose key it is, for the log.")
def key(*, name: str) -> None:
    """Make an API key. It is shown once and kept nowhere; the configuration holds its digest."""
    made = new_key()
    click.echo(f"The key, for the caller alone:\n\n  {made}\n")
    click.echo("Its table, for gateway.toml:\n")
    click.echo(f'  [[auth.keys]]\n  name = "{name}"\n  digest = "{digest_of(made)}"')
    click.echo('  scopes = ["customers:read"]')
