"""`gateway sandbox`: the emulated vendors as a server of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from gateway.cli.configuration import reset_option
from gateway.cli.embedded import announce, end_with_parent
from gateway.cli.listener import address, bind, bind_near, listen
from gateway.journal import open_journal
from gateway.sandbox import (
    Assumptions,
    Fault,
    Sandbox,
    SandboxOptions,
    StoreMismatch,
    TextSearch,
    create_app,
)

HOST = "127.0.0.1"
PORT = 8001

_USUAL = SandboxOptions()


@click.command(context_settings={"show_default": True})
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, metavar="N", help="0 takes a free one.")
@click.option(
    "--size",
    type=click.IntRange(1, 200_000),
    default=_USUAL.size,
    metavar="N",
    help="Customers at each vendor.",
)
@reset_option
@click.option(
    "--path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the state is kept; without it, the state ends with the process.",
)
@click.option("--seed", type=int, default=_USUAL.seed, help="Another seed, other people.")
@click.option("--no-rate-limits", is_flag=True, help="Answer any number of calls.")
@click.option(
    "--text-search",
    type=click.Choice(TextSearch, case_sensitive=False),
    default=TextSearch.FOLDING,
    help="Whether the vendors' text searches treat accented letters as plain ones.",
)
@click.option(
    "--assumptions",
    type=click.Choice(Assumptions, case_sensitive=False),
    default=Assumptions.USUAL,
    help="Which reading to take where a vendor's document is silent.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="VENDOR:KIND[:KEY=VALUE,...]",
    help="A fault from the first request on; may be repeated. See: gateway fault --help",
)
@click.option("--attached", is_flag=True, hidden=True)
def sandbox(*, port: int, attached: bool, faults: tuple[str, ...], **given: object) -> None:
    """Emulate the five vendors under one address, each at /VENDOR, with controls at /_sandbox."""
    open_journal()
    if attached:
        end_with_parent()
    with (bind_near if attached else bind)(HOST, port) as listening, _made(given) as made:
        for vendor, some in _parsed(faults).items():
            _known(made, vendor)
            made.fault(vendor, *some)
        place = address(listening)
        listen(
            made.app, listening, lambda: announce(place) if attached else click.echo(_greeting(made, place))
        )


def _made(given: Mapping[str, object]) -> Sandbox:
    rate_limits = not given["no_rate_limits"]
    options = {key: value for key, value in given.items() if key != "no_rate_limits"}
    try:
        return create_app(SandboxOptions(rate_limits=rate_limits, **options))  # type: ignore[arg-type]  # click checked them
    except StoreMismatch as error:
        raise click.ClickException(f"{error} (--reset starts over).") from None


def _greeting(made: Sandbox, place: str) -> str:
    return "\n".join(
        [*(f"{place}/{vendor}" for vendor in made.vendors), f"{place}/_sandbox   credentials, faults, calls"]
    )


def _parsed(faults: tuple[str, ...]) -> Mapping[str, list[Fault]]:
    found: dict[str, list[Fault]] = defaultdict(list)
    for text in faults:
        vendor, _, rest = text.partition(":")
        kind, _, more = rest.partition(":")
        found[vendor].append(parse_fault(kind, more.split(",") if more else []))
    return found


def _known(made: Sandbox, vendor: str) -> None:
    if vendor not in made.vendors:
        raise click.UsageError(f"--fault: {vendor!r} is none of {', '.join(made.vendors)}.")


def parse_fault(kind: str, pairs: list[str]) -> Fault:
    """A fault of its kind and key=value texts; raises a usage error that says what is wrong."""
    values: dict[str, object] = {"kind": kind}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"fault: {pair!r} is not KEY=VALUE.")
        values[key] = value
    try:
        return msgspec.convert(values, Fault, strict=False)
    except msgspec.ValidationError as error:
        raise click.UsageError(f"fault: {error}") from None
