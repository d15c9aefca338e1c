"""The vendors that the sandbox emulates."""

from collections.abc import Sequence

from gateway.sandbox import foodics, open2b, spiffy, storeden, tiendanube
from gateway.sandbox.vendor import Vendor

VENDORS: Sequence[Vendor] = (
    storeden.VENDOR,
    tiendanube.VENDOR,
    spiffy.VENDOR,
    open2b.VENDOR,
    foodics.VENDOR,
)
"""Every emulated vendor; a new one is a line here, a name in ``population.VENDORS`` and its credentials."""
