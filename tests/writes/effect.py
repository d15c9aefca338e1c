"""What one write changes at a vendor, by its emulation's own state."""

from __future__ import annotations

from typing import Any

from tests.writes.conftest import NAMES, Shop, record_id


async def effect(
    shop: Shop,
    vendor: str,
    vendor_id: str,
    mutation: str,
    *,
    unless: frozenset[str] = frozenset(),
    **given: Any,
) -> dict[str, Any]:
    """Field → its new value, of the one record that changed anywhere; `unless` names what every write changes."""
    before = shop.dumps()
    written = await shop.write(mutation, id=record_id(vendor, vendor_id), **given)
    assert written.statuses == {NAMES[vendor]: "APPLIED"}, written.payload
    assert written.codes == []
    changes = shop.changes(before)
    assert set(changes) == {(vendor, vendor_id)}
    return {name: after for name, (_, after) in changes[vendor, vendor_id].items() if name not in unless}
