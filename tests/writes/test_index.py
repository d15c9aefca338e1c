"""What is written through the gateway is known to its match index at once."""

from __future__ import annotations

from tests.support.indexed import synced
from tests.writes.conftest import Shop

NEW, OTHER = "someone.new@x.example", "elsewhere@x.example"
NAMES = ["negozio", "loja"]


async def test_a_write_is_known_to_the_index_before_any_poll(shop: Shop) -> None:
    index = shop.gateway.index
    assert index is not None
    async with index:
        await synced(index)
        made = await shop.write(
            "customerCreate",
            sources=NAMES,
            customer={"name": "Ann Lee", "firstName": "Ann", "lastName": "Lee", "email": NEW},
        )
        assert set(made.statuses.values()) == {"APPLIED"}
        known = await index.known(NAMES, [NEW])
        ids = {(name, one.vendor_id) for name, found in known[NEW].items() for one in found}
        records = made.payload["customer"]["records"]
        assert {(one["sourceName"], one["vendorId"]) for one in records} == ids
        await shop.write(
            "customerUpdate",
            id=made.payload["customer"]["id"],
            sources=["loja"],
            customer={"email": OTHER},
        )
        moved = await index.known(NAMES, [NEW, OTHER])
        assert {key: set(found) for key, found in moved.items()} == {NEW: {"negozio"}, OTHER: {"loja"}}
        target = made.payload["customer"]["id"]
        gone = await shop.write("customerDelete", id=target, sources=["negozio"])
        assert gone.statuses == {"negozio": "APPLIED"}
        assert not (await index.known(NAMES, [NEW]))[NEW]
