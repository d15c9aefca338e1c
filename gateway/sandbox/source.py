"""The sandbox as a gateway's configuration: a source for every emulated vendor, in the order of their priority."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gateway.sandbox.credential import FOODICS, OPEN2B, SPIFFY, STOREDEN, TIENDANUBE

SourceTable: TypeAlias = Mapping[str, str | bool]
"""A `[[sources]]` table of a gateway's configuration."""

_PRIVATE_APP = {key: SPIFFY[key] for key in ("api_key", "api_password")}


def sources(address: str) -> Sequence[SourceTable]:
    """The tables of a sandbox that listens at this address, such as http://127.0.0.1:8001; the first has priority."""
    return (
        _source("negozio", "storeden", f"{address}/storeden/v1.1", STOREDEN, timezone="Europe/Rome", currency="EUR"),
        _source("loja", "tiendanube", f"{address}/tiendanube/v1", TIENDANUBE),
        _source("shop", "spiffy", f"{address}/spiffy", _PRIVATE_APP, timezone="Australia/Sydney", currency="AUD"),
        # The emulation writes its times, which name no zone, in UTC.
        _source("bottega", "open2b", f"{address}/open2b", OPEN2B, timezone="UTC", currency="EUR", labels=True),
        _source("matbakh", "foodics", f"{address}/foodics/v5", FOODICS, currency="SAR"),
    )  # fmt: skip


def _source(
    name: str, vendor: str, base_url: str, credentials: Mapping[str, str], **more: str | bool
) -> SourceTable:
    return {"name": name, "vendor": vendor, "base_url": base_url, **credentials, **more}
