"""The vendors that a source can have. Adding one is its module and its line here."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.spec import AnySpec
from gateway.vendors.foodics import SPEC as FOODICS
from gateway.vendors.open2b import SPEC as OPEN2B
from gateway.vendors.spiffy import SPEC as SPIFFY
from gateway.vendors.storeden import SPEC as STOREDEN
from gateway.vendors.tiendanube import SPEC as TIENDANUBE

SPECS: Mapping[str, AnySpec] = {
    spec.vendor.value: spec for spec in (STOREDEN, TIENDANUBE, SPIFFY, OPEN2B, FOODICS)
}
"""Vendor name, as a `[[sources]]` table says it → its spec."""
