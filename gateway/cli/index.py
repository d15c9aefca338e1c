"""`gateway index`: the match index of a configuration, built, looked at and held against the vendors by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.cli.configuration import config_option, loaded, located
from gateway.cli.grid import Grid
from gateway.errors import GatewayError
from gateway.index import IndexStatus, MatchIndex, Share, StoreFailed, Verification, verify
from gateway.index.sync import SourceSync
from gateway.server import build_gateway
from gateway.settings import Settings

_HEADINGS = ["source", "state", "records", "progress", "synced at", "lag"]
_PERCENT = 100

share_option = click.option(
    "--share",
    type=click.FloatRange(0.01, 1.0),
    default=0.25,
    show_default=True,
    help="The part of each vendor's rate limit to use.",
)
sources_argument = click.argument("sources", nargs=-1, metavar="[SOURCE]...")


@click.group()
def index() -> None:
    """The match index that [identity] configures; see docs/match-index.md."""


@index.command()
@config_option
def status(config: Path | None) -> None:
    """How far each source is."""
    found = asyncio.run(_with_index(config, _statuses))
    click.echo(Grid(headings=_HEADINGS, rows=[_cells(name, one) for name, one in found]).text())


async def _statuses(opened: MatchIndex) -> list[tuple[str, IndexStatus]]:
    return [(name, await opened.status(name)) for name in opened.syncs]


def _cells(name: str, one: IndexStatus) -> list[str]:
    synced_at = "-" if one.synced_at is None else one.synced_at.isoformat(" ", "seconds")
    lag = "-" if one.lag_seconds is None else f"{one.lag_seconds:.0f} s"
    return [name, one.state, f"{one.records}", f"{one.progress:.0%}", synced_at, lag]


@index.command()
@config_option
@share_option
@sources_argument
def build(config: Path | None, share: float, sources: tuple[str, ...]) -> None:
    """Build what is not complete, going on where it stopped; a gateway that runs does the same by itself."""

    async def work(opened: MatchIndex) -> None:
        await _shown(_chosen(opened, sources))

    asyncio.run(_with_index(config, work, share))


@index.command()
@config_option
@share_option
@sources_argument
def rebuild(config: Path | None, share: float, sources: tuple[str, ...]) -> None:
    """Drop what is known of the sources, and build it anew. No gateway may be syncing them."""

    async def work(opened: MatchIndex) -> None:
        syncs = _chosen(opened, sources)
        for sync in syncs:
            if not await sync.take_over():
                raise click.ClickException(
                    f"{sync.source.name} is synced by a gateway that runs; stop it first."
                )
            await sync.rebuild()
        await _shown(syncs)

    asyncio.run(_with_index(config, work, share))


@index.command(name="verify")
@config_option
@share_option
@sources_argument
def verify_all(config: Path | None, share: float, sources: tuple[str, ...]) -> None:
    """Read every source once, and tell where the index differs. Exit code 1 if it does."""

    async def work(opened: MatchIndex) -> Sequence[Verification]:
        used = [one.source for one in _chosen(opened, sources)]
        shares = [Share(source, source.clock, share) for source in used]
        return await asyncio.gather(
            *(verify(opened, source.name, own) for source, own in zip(used, shares, strict=True))
        )

    found = asyncio.run(_with_index(config, work, share))
    headings = ["source", "records", "missing", "different", "surplus"]
    rows = [
        [one.source, *(str(count) for count in (one.records, one.missing, one.different, one.surplus))]
        for one in found
    ]
    click.echo(Grid(headings=headings, rows=rows).text())
    if not all(one.is_good for one in found):
        raise click.exceptions.Exit(1)


def _chosen(opened: MatchIndex, names: Sequence[str]) -> list[SourceSync]:
    unknown = [name for name in names if name not in opened.syncs]
    if unknown:
        raise click.UsageError(f"No source is named {', '.join(unknown)}.")
    return [sync for name, sync in opened.syncs.items() if not names or name in names]


async def _with_index(
    config: Path | None, work: Callable[[MatchIndex], Awaitable[Any]], share: float = 0.25
) -> Any:  # noqa: ANN401  # whatever the work gives
    try:
        async with _opened(_lasting(located(config)), share) as opened:
            return await work(opened)
    except StoreFailed as error:
        raise click.ClickException(f"The index cannot be used: {error}.") from None
    except GatewayError as error:
        raise click.ClickException(error.message) from None


@asynccontextmanager
async def _opened(settings: Settings, share: float) -> AsyncIterator[MatchIndex]:
    gateway = build_gateway(settings, index_share=share)
    try:
        if gateway.index is None:
            raise click.UsageError('[identity] lookup = "live" uses no index.')
        await gateway.index.open()
        await gateway.index.refresh()
        yield gateway.index
    finally:
        await gateway.close()


def _lasting(path: Path | None) -> Settings:
    """The settings, of an index that others can see too."""
    settings = None if path is None else loaded(path)
    identity = None if settings is None else settings.identity
    if settings is None or identity is None or identity.index in {"memory", "off"}:
        raise click.UsageError(
            "The index lives in a gateway's memory, or is off; ask Source.index of a gateway that runs, "
            "or configure [identity] index with sqlite:/// or postgresql://."
        )
    if identity.index_secret is None:
        raise click.UsageError("Without [identity] index_secret nothing is kept; configure one.")
    return settings


async def _shown(syncs: Sequence[SourceSync]) -> None:
    """Step until all are complete, with a bar for each."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        await asyncio.gather(*(_built(sync, bars) for sync in syncs))


async def _built(sync: SourceSync, bars: Progress) -> None:
    bar = bars.add_task(sync.source.name, total=_PERCENT)
    while not sync.is_complete:
        pause = await sync.step()
        bars.update(bar, completed=int(sync.share * _PERCENT))
        await sync.source.clock.sleep(pause)
    bars.update(bar, completed=_PERCENT)
