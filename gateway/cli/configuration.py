"""Which configuration a command runs with: a file's, or that of the embedded sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gateway.cli.embedded import Embedding, embedded
from gateway.sandbox.source import sources
from gateway.server import source_types
from gateway.settings import Settings, load, locate

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The configuration; without it GATEWAY_CONFIG, ./gateway.toml, else the sandbox.",
)
size_option = click.option(
    "--size",
    type=click.IntRange(1, 200_000),
    metavar="N",
    help="Customers that the sandbox has at each vendor.",
)
rates_option = click.option(
    "--no-rate-limits", is_flag=True, help="Let the sandbox's vendors answer any number of calls."
)
reset_option = click.option(
    "--reset", is_flag=True, help="Start the sandbox over: what was written to it is lost."
)


def located(config: Path | None) -> Path | None:
    """The configuration file by option, environment and working directory; None for the sandbox."""
    return locate(config, os.environ, Path())


def loaded(path: Path) -> Settings:
    """The file's settings; raises `ConfigurationError`."""
    return load(path, source_types(), os.environ)


def sandboxed(address: str, *, is_paced: bool = True) -> Settings:
    """The settings for a sandbox at an address; one without rate limits need not be paced."""
    types = source_types()
    tables = [table if is_paced else {**table, "rate_factor": 0} for table in sources(address)]
    return Settings(sources=tuple(types[str(table["vendor"])].model_validate(table) for table in tables))


@contextmanager
def configured(path: Path | None) -> Iterator[Settings]:
    """The settings of a file; None runs the sandbox for as long. Raises `ConfigurationError`."""
    if path is not None:
        yield loaded(path)
        return
    with embedded(Embedding()) as address:
        yield sandboxed(address)
