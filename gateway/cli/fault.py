"""`gateway fault`: what is wrong with the vendors of a running sandbox."""

from __future__ import annotations

import click
import httpx
import msgspec

from gateway.cli.sandbox import parse_fault
from gateway.sandbox import FaultKind

_KINDS = ", ".join(FaultKind)


@click.command(
    help=f"""Break a vendor of the sandbox at URL, or mend it.

    KIND is one of {_KINDS}. KEY=VALUE: seconds and jitter (latency, hang), status, retry_after, body,
    method and path (a part of it) to hit those requests alone, after, times, probability.

    gateway fault http://127.0.0.1:8001 VENDOR status status=503 times=2"""
)
@click.argument("url")
@click.argument("vendor", required=False)
@click.argument("kind", required=False)
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--clear", is_flag=True, help="Mend the vendor; without one, all of them.")
def fault(url: str, vendor: str | None, kind: str | None, pairs: tuple[str, ...], *, clear: bool) -> None:
    """Set, clear or show faults over HTTP."""
    place = url.rstrip("/").removesuffix("/_sandbox") + "/_sandbox"
    if clear:
        _sent("DELETE", f"{place}/faults/{vendor}" if vendor else f"{place}/faults")
    elif vendor and kind:
        body = msgspec.json.encode(parse_fault(kind, list(pairs)))
        _sent("PUT", f"{place}/faults/{vendor}", body)
    elif vendor:
        raise click.UsageError(f"KIND is missing: one of {_KINDS}, or --clear.")
    _show(place)


def _show(place: str) -> None:
    vendors = _sent("GET", place).json()["vendors"]
    for name, overview in vendors.items():
        faults = [_words(one) for one in overview["faults"]]
        click.echo(f"{name:12} {'; '.join(faults) or 'no fault'}")


def _words(one: dict[str, object]) -> str:
    plain = msgspec.to_builtins(parse_fault(str(one["kind"]), []))
    changed = [f"{key}={value}" for key, value in one.items() if plain[key] != value]
    return " ".join([str(one["kind"]), *changed])


def _sent(method: str, url: str, body: bytes = b"") -> httpx.Response:
    try:
        response = httpx.request(method, url, content=body, timeout=10)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise click.ClickException(f"No sandbox answers at {url}.") from None
    if response.status_code >= 400:
        raise click.ClickException(_refusal(response))
    return response


def _refusal(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"{response.url} is no sandbox (HTTP {response.status_code})."
