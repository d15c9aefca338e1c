"""`gateway explain`: what a query would ask the vendors, or has asked them, as tables or as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

import click
import msgspec

from gateway.cli.configuration import config_option, configured, located, sandboxed
from gateway.cli.grid import Grid
from gateway.customer import Json
from gateway.explain import Mode
from gateway.server import answer, build_gateway
from gateway.settings import Settings

_CALL = {
    "sourceName": "source",
    "kind": "kind",
    "method": "method",
    "path": "path",
    "asked": "asked",
    "status": "status",
    "elapsed": "ms",
    "attempt": "attempt",
    "servedBy": "served by",
}
_TOTAL = {
    "sourceName": "source",
    "calls": "calls",
    "rows": "rows",
    "cacheHits": "cache hits",
    "joined": "joined",
    "elapsed": "ms",
}
"""Keys of an explanation, with their headings."""


@click.command()
@click.argument("query", type=click.File(encoding="utf-8"), metavar="QUERY.graphql")
@click.option(
    "--variables", type=click.File(encoding="utf-8"), metavar="FILE", help="Its variables, in JSON."
)
@click.option("--trace", is_flag=True, help="Execute it, and show every vendor call.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON, as `extensions.explain` has it.")
@config_option
def explain(
    query: TextIO, variables: TextIO | None, config: Path | None, *, trace: bool, is_json: bool
) -> None:
    """Tell what a query would ask of each vendor, without asking: who filters, who sorts, which calls."""
    text, values = query.read(), _variables(variables)
    mode = Mode.TRACE if trace else Mode.PLAN
    with _settings(located(config), mode) as settings:
        body = asyncio.run(_answer(settings, text, values, mode))
    told = body.get("extensions", {}).get("explain")
    if told is not None:
        click.echo(_json(told) if is_json else "\n\n".join(_texts(told)))
    for error in body.get("errors", ()):
        click.echo(f"{error['extensions']['code']}: {error['message']}", err=True)
    if "errors" in body:
        raise click.exceptions.Exit(1)


def _settings(path: Path | None, mode: Mode) -> AbstractContextManager[Settings]:
    """A plan asks nobody, so that no sandbox has to run for it."""
    if path is None and mode is Mode.PLAN:
        return nullcontext(sandboxed("http://127.0.0.1"))
    return configured(path)


def _variables(file: TextIO | None) -> Mapping[str, Json]:
    try:
        return {} if file is None else msgspec.json.decode(file.read(), type=dict[str, Json])
    except msgspec.DecodeError as error:
        raise click.ClickException(f"--variables: not a JSON object: {error}.") from None


async def _answer(
    settings: Settings, text: str, values: Mapping[str, Json], mode: Mode
) -> Mapping[str, Json]:
    gateway = build_gateway(settings)
    try:
        return await answer(gateway, text, values, mode)
    finally:
        await gateway.close()


def _json(told: Json) -> str:
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _texts(told: Json) -> Iterator[str]:
    """A heading and a table for each part that has anything in it."""
    for one in told["lists"]:
        yield f"{one['field']}: {one['size']} by {one['order']}, {one['filter']}"
        headings = ("source", "ordered", "pushed", "residual", "expected calls", "rows")
        yield Grid(headings=headings, rows=[_listing(source) for source in one["sources"]]).text()
    if told["lookUps"]:
        rows = [(one["sourceName"], _expected(one)) for one in told["lookUps"]]
        yield "look-ups"
        yield Grid(headings=("source", "expected calls"), rows=rows).text()
    if "calls" in told:
        yield from _traced(told)


def _listing(source: Json) -> Sequence[str]:
    return (
        source["sourceName"],
        source["ordered"] or "no list",
        "; ".join(f"{part['condition']} ({part['grade']})" for part in source["pushed"]) or "-",
        "; ".join(source["residual"]) or "-",
        _expected(source),
        str(source["rows"]),
    )


def _expected(source: Json) -> str:
    return ", ".join(f"{one['kind']}: {one['calls']}" for one in source["expected"]) or "none"


def _traced(told: Json) -> Iterator[str]:
    yield "calls"
    yield _grid(_CALL, [{**call, "asked": _asked(call)} for call in told["calls"]])
    yield "totals"
    yield _grid(_TOTAL, told["totals"])
    yield f"budget: {told['budget']['spent']} spent, {told['budget']['left']} left"


def _asked(call: Json) -> str:
    """Parameters and body on one line."""
    pairs = [f"{name}={value}" for name, value in call.get("parameters", {}).items()]
    body = [msgspec.json.encode(call["body"]).decode()] if "body" in call else []
    return " ".join([*pairs, *body])


def _grid(columns: Mapping[str, str], entries: Iterable[Json]) -> str:
    rows = [["-" if entry[key] is None else str(entry[key]) for key in columns] for entry in entries]
    return Grid(headings=list(columns.values()), rows=rows).text()
