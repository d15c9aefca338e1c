"""The command line: one command a module, and what a mistake of the operator's looks like."""

from __future__ import annotations

import click

from gateway.cli.capability import sources
from gateway.cli.check import check
from gateway.cli.document import docs
from gateway.cli.explain import explain
from gateway.cli.fault import fault
from gateway.cli.index import index
from gateway.cli.key import key
from gateway.cli.sandbox import sandbox
from gateway.cli.schema import schema
from gateway.cli.serve import serve
from gateway.errors import ConfigurationError

__all__ = ["main"]


class _Commands(click.Group):
    """A group whose commands may raise `ConfigurationError`: its lines on standard error, and exit code 2."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except ConfigurationError as error:
            click.echo(error.message, err=True)
            raise click.exceptions.Exit(2) from None


@click.group(
    cls=_Commands,
    commands=[serve, check, sources, explain, schema, sandbox, fault, key, docs, index],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="customer-gateway")
def main() -> None:
    """One GraphQL endpoint over the customer data of several commerce vendors."""
