"""Random sequences of mutations, against stores as plain as they can be written: equal after every step.

`WRITE_SEQUENCES` (5) sequences of up to `WRITE_STEPS` (10) mutations.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gateway.ledger import MemoryLedger
from gateway.sandbox import Sandbox, SandboxOptions, create_app
from tests.writes.conftest import NAMES, Shop, Written, customer_id

Card = dict[str, Any]
"""What the model knows of one record."""

EMAILS = st.sampled_from(["ann@x.example", "bob@x.example", "eve@x.example"])
TEXTS = st.sampled_from(["a", "b b", "é"])
TAGS = st.lists(st.sampled_from(["t", "u", "v*"]), min_size=1, max_size=3, unique=True)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "phone": st.none() | TEXTS,
    "note": st.none() | TEXTS,
    "tags": TAGS,
    "acceptsMarketing": st.booleans(),
    "customFields": st.dictionaries(st.sampled_from(["k", "l"]), st.none() | TEXTS, min_size=1),
}
CHANGES = st.fixed_dictionaries({}, optional=dict(FIELDS)).filter(bool)
MANNERS = st.sampled_from(["BEST_EFFORT", "ALL_OR_NOTHING"])


class Store:
    """One vendor's store as the model has it: which fields it holds, and how its documents show them."""

    def __init__(self, held: set[str], untold: set[str], show: Callable[[dict[str, Any]], Card]) -> None:
        self.held = held
        self.untold = untold
        """Held, and shown by no answer: a write of them cannot be taken back."""
        self.show = show
        self.cards: dict[str, Card] = {}

    def changed(self, card: Card, given: Card) -> Card:
        after = deepcopy(card)
        for name, value in given.items():
            if name == "customFields" and name in self.held:
                merged = {**after[name], **value}
                after[name] = {key: one for key, one in merged.items() if one is not None}
            elif name in self.held:
                after[name] = value if value is not None else ""
        return after


def stores() -> dict[str, Store]:
    return {
        "storeden": Store(
            {"name", "phone", "note", "tags", "acceptsMarketing", "customFields"},
            {"note", "tags"},
            lambda one: {
                "name": one["fullname"],
                "phone": one["phone"],
                "note": one["note"],
                "tags": one["tags"],
                "acceptsMarketing": one["accept_marketing"],
                "customFields": one["custom_fields"],
            },
        ),
        "tiendanube": Store(
            {"name", "phone", "note", "customFields"},
            set(),
            lambda one: {
                "name": one["name"],
                "phone": one["phone"] or "",
                "note": one["note"] or "",
                "customFields": one["extra"],
            },
        ),
    }


BLANK: Card = {"name": "", "phone": "", "note": "", "tags": [], "acceptsMarketing": False, "customFields": {}}


class Writing(RuleBasedStateMachine):
    """The gateway beside the model. Every source is of the version that can delete."""

    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        for vendor in NAMES:
            self.sandbox.load(vendor, [])
        self.shop = Shop(self.sandbox, ledger=MemoryLedger(), tiendanube="2025-03")
        self.stores = stores()
        self.count = 0
        self.last: tuple[str, dict[str, Any], Written] | None = None

    def teardown(self) -> None:
        self.loop.run(self.shop.close())
        self.loop.close()

    def write(self, mutation: str, **given: Any) -> Written:
        self.count += 1
        given["idempotencyKey"] = f"key {self.count}"
        if "customer" in given and "customFields" in given["customer"]:
            given["customer"] = {
                **given["customer"],
                "customFields": listed(given["customer"]["customFields"]),
            }
        written = self.loop.run(self.shop.write(mutation, **given))
        self.last = (mutation, given, written)
        return written

    def holders(self, email: str) -> dict[str, Store]:
        return {vendor: store for vendor, store in self.stores.items() if email in store.cards}

    def target(self, email: str) -> str:
        vendor = next(iter(self.holders(email)))
        documents = self.sandbox.dump(vendor)
        return customer_id(vendor, next(str(one["id"]) for one in documents if one["email"] == email))

    @rule(
        email=EMAILS,
        vendors=st.sets(st.sampled_from(["storeden", "tiendanube"]), min_size=1),
        given=st.fixed_dictionaries(
            {"name": TEXTS}, optional={key: FIELDS[key] for key in FIELDS if key != "name"}
        ),
        atomicity=MANNERS,
    )
    def create(self, email: str, vendors: set[str], given: Card, atomicity: str) -> None:
        names = [NAMES[vendor] for vendor in self.stores if vendor in vendors]
        written = self.write(
            "customerCreate", sources=names, customer={"email": email, **given}, atomicity=atomicity
        )
        taken = vendors & self.holders(email).keys()
        made = vendors - taken if atomicity == "BEST_EFFORT" or not taken else set()
        assert {name for name, status in written.statuses.items() if status == "APPLIED"} == {
            NAMES[vendor] for vendor in made
        }
        assert {written.statuses[NAMES[vendor]] for vendor in taken} <= {"FAILED"} | (
            {"SKIPPED"} if len(taken) > 1 else set()
        )
        for vendor in made:
            store = self.stores[vendor]
            blank = {name: value for name, value in BLANK.items() if name in store.held}
            store.cards[email] = store.changed(blank, given)

    @precondition(lambda self: any(store.cards for store in self.stores.values()))
    @rule(data=st.data(), given=CHANGES, atomicity=MANNERS)
    def update(self, data: st.DataObject, given: Card, atomicity: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        written = self.write(
            "customerUpdate", id=self.target(email), customer=dict(given), atomicity=atomicity
        )
        holders = self.holders(email)
        final = sum(self.finals(store, given) for store in holders.values())
        if atomicity == "ALL_OR_NOTHING" and final > 1:
            assert written.codes == ["UNSUPPORTED"]
            return
        for vendor, store in holders.items():
            before = store.cards[email]
            store.cards[email] = store.changed(before, given)
            self.check(written, vendor, store, given, is_changed=store.cards[email] != before)

    def finals(self, store: Store, given: Card) -> int:
        """How many requests of an update cannot be taken back: one for the note, one for tags."""
        return len(store.untold & given.keys())

    def check(self, written: Written, vendor: str, store: Store, given: Card, *, is_changed: bool) -> None:
        held = store.held & given.keys()
        status = written.statuses[NAMES[vendor]]
        if not held:
            assert status == "SKIPPED"
        elif is_changed or held & store.untold:
            assert status == "APPLIED"
        else:
            assert status == "UNCHANGED"
        assert set(written.ignored[NAMES[vendor]]) == given.keys() - store.held

    @precondition(lambda self: any(store.cards for store in self.stores.values()))
    @rule(data=st.data(), tags=TAGS, verb=st.sampled_from(["Add", "Remove", "Replace"]), atomicity=MANNERS)
    def tag(self, data: st.DataObject, tags: list[str], verb: str, atomicity: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        written = self.write(f"customerTags{verb}", id=self.target(email), tags=tags, atomicity=atomicity)
        holders = self.holders(email)
        able = {vendor for vendor, store in holders.items() if "tags" in store.held}
        is_stopped = atomicity == "ALL_OR_NOTHING" and able != holders.keys()
        for vendor in holders:
            status = "APPLIED" if vendor in able else "FAILED"
            assert written.statuses[NAMES[vendor]] == ("SKIPPED" if is_stopped and vendor in able else status)
        for vendor in () if is_stopped else able:
            card = holders[vendor].cards[email]
            card["tags"] = tagged(card["tags"], tags, verb)

    @precondition(lambda self: any(store.cards for store in self.stores.values()))
    @rule(data=st.data(), atomicity=MANNERS)
    def delete(self, data: st.DataObject, atomicity: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        written = self.write("customerDelete", id=self.target(email), atomicity=atomicity)
        holders = self.holders(email)
        if atomicity == "ALL_OR_NOTHING" and len(holders) > 1:
            assert written.codes == ["UNSUPPORTED"]
            return
        assert set(written.statuses.values()) == {"APPLIED"}
        assert written.payload["customer"] is None
        for store in holders.values():
            del store.cards[email]

    @precondition(lambda self: self.last is not None)
    @rule()
    def repeat(self) -> None:
        """The last mutation again, with its key: nothing happens a second time."""
        assert self.last is not None
        mutation, given, first = self.last
        again = self.loop.run(self.shop.write(mutation, **given))
        kinds = {"FAILED", "SKIPPED"}
        if first.payload["outcomes"] and not set(first.statuses.values()) <= kinds:
            assert again.statuses == first.statuses
            assert again.codes == first.codes

    def people(self) -> list[str]:
        return sorted({email for store in self.stores.values() for email in store.cards})

    @invariant()
    def the_stores_are_as_the_model_has_them(self) -> None:
        for vendor, store in self.stores.items():
            shown = {one["email"]: store.show(one) for one in self.sandbox.dump(vendor)}
            assert shown == store.cards, vendor
        for vendor in NAMES.keys() - self.stores.keys():
            assert self.sandbox.dump(vendor) == []


def listed(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in fields.items()]


def tagged(before: list[str], tags: list[str], verb: str) -> list[str]:
    if verb == "Replace":
        return list(tags)
    if verb == "Remove":
        return [tag for tag in before if tag not in tags]
    return [*before, *(tag for tag in tags if tag not in before)]


@pytest.fixture
def empty() -> Iterator[Sandbox]:
    with create_app(SandboxOptions(size=1, rate_limits=False)) as sandbox:
        yield sandbox


def test_random_sequences_of_mutations_leave_the_stores_as_a_plain_model_has_them(empty: Sandbox) -> None:
    Writing.sandbox = empty
    run_state_machine_as_test(
        Writing,
        settings=settings(
            max_examples=int(os.environ.get("WRITE_SEQUENCES", "5")),
            stateful_step_count=int(os.environ.get("WRITE_STEPS", "10")),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
