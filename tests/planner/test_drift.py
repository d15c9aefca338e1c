"""Stores that change while somebody pages: everybody who stayed as they were is met once, in order."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from gateway.identity import key_of
from gateway.planner.connection import Slice, slice_of
from gateway.query import Order
from gateway.sandbox import Sandbox
from tests.support.nasty import times_of
from tests.support.world import MATCH, Identity, World, identity, orders, world

ORDERS = list(orders())


class Storm:
    """Seeded changes behind the gateway's back, and whose records they touched."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self._sandbox = sandbox
        self._random = random.Random(seed)
        self.touched: set[tuple[str, str]] = set()
        self._created = 0

    def strike(self, changes: int) -> None:
        for _ in range(changes):
            vendor = self._random.choice(list(self._sandbox.vendors))
            change = self._random.choice([self.create, self.update, self.delete, self.rename])
            change(vendor)

    def _some(self, vendor: str) -> dict[str, Any]:
        document = self._random.choice(self._sandbox.dump(vendor))
        self.touched.add((f"my-{vendor}", str(document["id"])))
        return document

    def create(self, vendor: str) -> None:
        """A new record, with the times of another: it may stand anywhere in the list."""
        model = dict(self._random.choice(self._sandbox.dump(vendor)))
        self._created += 1
        model["id"] = _new_id(model["id"], self._created)
        self._address(model, f"new{self._created}@storm.example")
        model.pop("code", None)
        self._put(vendor, model)
        self.touched.add((f"my-{vendor}", str(model["id"])))

    def update(self, vendor: str) -> None:
        """As a vendor does: the update's time becomes the newest."""
        document = self._some(vendor)
        documents = self._sandbox.dump(vendor)
        _, updated = times_of(documents)
        document[updated] = max(str(other[updated] or "") for other in documents)
        self._put(vendor, document)

    def delete(self, vendor: str) -> None:
        document = self._some(vendor)
        self._sandbox.load(vendor, [one for one in self._sandbox.dump(vendor) if one["id"] != document["id"]])

    def rename(self, vendor: str) -> None:
        """Another address: the record leaves its customer, and may join another."""
        document = self._some(vendor)
        self._address(document, f"renamed{self._random.random()}@storm.example")
        self._put(vendor, document)

    def _address(self, document: dict[str, Any], email: str) -> None:
        if "email" not in document:
            document["billingAddress"] = {**document["billingAddress"], "email": email}
        else:
            document["email"] = email

    def _put(self, vendor: str, document: dict[str, Any]) -> None:
        others = [one for one in self._sandbox.dump(vendor) if one["id"] != document["id"]]
        self._sandbox.load(vendor, [*others, document])


def _new_id(model: int | str, count: int) -> int | str:
    return model + 10_000_000 + count if isinstance(model, int) else f"{model[:-6]}{count:06x}"


async def people(before: World) -> dict[Identity, frozenset[Identity]]:
    """Every record's customer, as the set of its records."""
    groups: dict[object, set[Identity]] = {}
    for record in await before.records():
        key = key_of(record, MATCH) or identity(record)
        groups.setdefault(key, set()).add(identity(record))
    return {member: frozenset(group) for group in groups.values() for member in group}


@pytest.mark.parametrize("is_backward", [False, True])
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_changes_between_pages_move_nobody_else(seed: int, order: Order, is_backward: bool) -> None:
    with world(40, seed=seed) as moving:
        storm = Storm(moving.sandbox, seed)
        before = await people(moving)
        met: list[Identity] = []
        cursor: str | None = None
        while True:
            page = await moving.page(order, piece(cursor, is_backward))
            found = [identity(edge.node.records[0]) for edge in page.edges]
            met = found + met if is_backward else met + found
            cursor = page.start_cursor if is_backward else page.end_cursor
            if not (page.has_previous_page if is_backward else page.has_next_page):
                break
            storm.strike(4)
        after = await people(moving)
        assert storm.touched
        steady = {
            who for who, group in before.items() if after.get(who) == group and not group & storm.touched
        }
        reference = [who for who in await moving.reference(order) if who in steady]
        assert [who for who in met if who in steady] == reference
        assert (
            max(Counter(met).values()) == 1 or not {who for who, n in Counter(met).items() if n > 1} & steady
        )


def piece(cursor: str | None, is_backward: bool) -> Slice:
    return slice_of(last=9, before=cursor) if is_backward else slice_of(first=9, after=cursor)
