"""Random sequences of mutations, against stores as plain as they can be written: equal after every step.

`WRITE_SEQUENCES` (5) sequences of up to `WRITE_STEPS` (10) mutations.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
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
from gateway.sandbox.foodics_table import tag
from tests.writes.conftest import NAMES, Shop, Written, customer_id, record_id
from tests.writes.plain import PLACE, STRANGE, Card, Store, stores

EMAILS = st.sampled_from(["ann@x.example", "bob@x.example", "eve@x.example"])
TEXTS = st.sampled_from(["a", "b b", "é"])
LABELS = ("5", "7", "9")
TAGS = st.lists(st.sampled_from([*LABELS, STRANGE]), min_size=1, max_size=3, unique=True)
PHONES = st.sampled_from(["+39 0115550100", "+966 565445254"])
CUSTOM = st.dictionaries(st.sampled_from(["k", "l"]), st.none() | TEXTS, min_size=1)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "company": st.none() | TEXTS,
    "phone": st.none() | PHONES,
    "note": st.none() | TEXTS,
    "locale": st.sampled_from(["it", "en-GB"]),
    "tags": TAGS,
    "acceptsMarketing": st.booleans(),
    "isWholesale": st.booleans(),
    "isBlacklisted": st.booleans(),
    "gender": st.sampled_from([None, "MALE", "FEMALE"]),
    "birthDate": st.sampled_from([None, "2000-02-29"]),
    "loyalty": st.fixed_dictionaries({"isEnabled": st.booleans()}),
    "customFields": CUSTOM,
}
NEEDED = {"name": TEXTS, "firstName": TEXTS, "lastName": TEXTS, "phone": PHONES}
"""What one vendor or another makes no customer without."""
NEW = st.fixed_dictionaries(
    NEEDED, optional={name: one for name, one in FIELDS.items() if name not in NEEDED}
)
CHANGES = st.fixed_dictionaries({}, optional=dict(FIELDS)).filter(bool)
MANNERS = st.sampled_from(["BEST_EFFORT", "ALL_OR_NOTHING"])
PLACES = st.fixed_dictionaries({"line1": TEXTS, "city": TEXTS}).map(lambda told: {**PLACE, **told})
somebody = precondition(lambda self: any(store.cards for store in self.stores.values()))


class Writing(RuleBasedStateMachine):
    """The gateway beside the model. Every source is of the version that can delete."""

    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        for vendor in NAMES:
            self.sandbox.load(vendor, [])
        for label in LABELS:
            self.sandbox.state("foodics").tables["tag"].put(tag(label, f"no. {label}", "2025-01-01 00:00:00"))
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
        written = self.loop.run(self.shop.write(mutation, **given))
        self.last = (mutation, given, written)
        return written

    def people(self) -> list[str]:
        return sorted({email for store in self.stores.values() for email in store.cards})

    def holders(self, email: str) -> dict[str, Store]:
        return {vendor: store for vendor, store in self.stores.items() if email in store.cards}

    def document(self, vendor: str, email: str) -> Card:
        return self.living(vendor)[email]

    def living(self, vendor: str) -> dict[str, Card]:
        store = self.stores[vendor]
        return {store.email(one): one for one in self.sandbox.dump(vendor) if store.is_alive(one)}

    def target(self, email: str) -> str:
        vendor = next(iter(self.holders(email)))
        return customer_id(vendor, str(self.document(vendor, email)["id"]))

    @rule(
        email=EMAILS, vendors=st.sets(st.sampled_from(list(NAMES)), min_size=1), given=NEW, atomicity=MANNERS
    )
    def create(self, email: str, vendors: set[str], given: Card, atomicity: str) -> None:
        taken = vendors & self.holders(email).keys()
        # Whether a second customer of one address is to be, is the vendor's matter: here there is none.
        taken -= (twice := {vendor for vendor in taken if not self.stores[vendor].is_unique})
        if not (named := [vendor for vendor in self.stores if vendor in vendors - twice]):
            return
        written = self.write(
            "customerCreate",
            sources=[NAMES[vendor] for vendor in named],
            customer=as_input({"email": email, "addresses": [PLACE], **given}),
            atomicity=atomicity,
        )
        failed = taken | {vendor for vendor in named if self.refuses_new(vendor, given)}
        made = set() if failed and atomicity == "ALL_OR_NOTHING" else set(named) - failed
        assert {name for name, status in written.statuses.items() if status == "APPLIED"} == {
            NAMES[vendor] for vendor in made
        }, written.payload
        if failed:
            assert "FAILED" in {written.statuses[NAMES[vendor]] for vendor in failed}
        for vendor in made:
            self.stores[vendor].cards[email] = self.stores[vendor].created(given)

    def refuses_new(self, vendor: str, given: Card) -> bool:
        store = self.stores[vendor]
        return store.refuses_tags(given.get("tags", [])) and not store.takes_strange_tags_unheard

    @somebody
    @rule(data=st.data(), given=CHANGES, atomicity=MANNERS)
    def update(self, data: st.DataObject, given: Card, atomicity: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        holders = self.holders(email)
        written = self.write(
            "customerUpdate", id=self.target(email), customer=as_input(given), atomicity=atomicity
        )
        if any(store.is_invalid(given) for store in holders.values()):
            assert set(written.codes) == {"INVALID_INPUT"}
            assert written.payload["outcomes"] == []
            return
        planned = {vendor: self.planned(store, email, given) for vendor, store in holders.items()}
        finals = {vendor: store.finals(given) for vendor, store in holders.items()}
        self.settle(written, email, planned, finals, atomicity)
        for outcome in written.payload["outcomes"]:
            held = next(
                store.held for vendor, store in holders.items() if NAMES[vendor] == outcome["source"]["name"]
            )
            assert set(outcome["ignoredFields"]) == given.keys() - held, outcome

    def planned(self, store: Store, email: str, given: Card) -> Card | str:
        """The card as it is to be, or how the record ends without a request."""
        before = store.cards[email]
        if not store.held & given.keys():
            return "SKIPPED"
        if "tags" in given and store.refuses_tags(given["tags"]):
            return "FAILED"
        after = store.changed(before, given)
        return after if after != before or store.untold & given.keys() else "UNCHANGED"

    def settle(
        self,
        written: Written,
        email: str,
        planned: Mapping[str, Card | str],
        finals: Mapping[str, int],
        atomicity: str,
    ) -> None:
        """Every outcome is as the plans say, and the cards of those that were applied are changed."""
        due = {vendor: card for vendor, card in planned.items() if not isinstance(card, str)}
        is_whole = atomicity == "ALL_OR_NOTHING"
        if is_whole and sum(finals[vendor] for vendor in due) > 1:
            assert written.codes == ["UNSUPPORTED"]
            assert written.payload["outcomes"] == []
            return
        is_stopped = is_whole and "FAILED" in planned.values()
        expected = {
            NAMES[vendor]: one if isinstance(one, str) else "SKIPPED" if is_stopped else "APPLIED"
            for vendor, one in planned.items()
        }
        assert written.statuses == expected, written.payload
        for vendor, card in () if is_stopped else due.items():
            self.stores[vendor].cards[email] = card

    @somebody
    @rule(data=st.data(), tags=TAGS, verb=st.sampled_from(["Add", "Remove", "Replace"]), atomicity=MANNERS)
    def tag(self, data: st.DataObject, tags: list[str], verb: str, atomicity: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        written = self.write(f"customerTags{verb}", id=self.target(email), tags=tags, atomicity=atomicity)
        planned: dict[str, Card | str] = {}
        for vendor, store in self.holders(email).items():
            before = store.cards[email]
            if "tags" not in store.held or (verb != "Remove" and store.refuses_tags(tags)):
                planned[vendor] = "FAILED"
            else:
                after = store.tagged(before, tags, verb)
                planned[vendor] = after if after != before or "tags" in store.untold else "UNCHANGED"
        finals = {vendor: store.finals({"tags": tags}) for vendor, store in self.holders(email).items()}
        self.settle(written, email, planned, finals, atomicity)

    @somebody
    @rule(
        data=st.data(),
        one=st.tuples(st.just("acceptsMarketing"), st.booleans())
        | st.tuples(st.just("customFields"), CUSTOM),
        atomicity=MANNERS,
    )
    def set_alone(self, data: st.DataObject, one: tuple[str, Any], atomicity: str) -> None:
        """Mutations of one field fail where the vendor has no such field."""
        email, given = data.draw(st.sampled_from(self.people())), dict([one])
        is_consent = one[0] == "acceptsMarketing"
        mutation = "customerMarketingConsentUpdate" if is_consent else "customerCustomFieldsSet"
        written = self.write(mutation, id=self.target(email), atomicity=atomicity, **as_input(given))
        planned = {vendor: self.planned(store, email, given) for vendor, store in self.holders(email).items()}
        able = {vendor: "FAILED" if plan == "SKIPPED" else plan for vendor, plan in planned.items()}
        self.settle(written, email, able, dict.fromkeys(able, 0), atomicity)

    @somebody
    @rule(data=st.data(), place=PLACES, verb=st.sampled_from(["Create", "Update", "Delete"]))
    def place(self, data: st.DataObject, place: Card, verb: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        vendor = data.draw(st.sampled_from(list(self.holders(email))))
        store, document = self.stores[vendor], self.document(vendor, email)
        card = store.cards[email]
        given: dict[str, Any] = {"id": record_id(vendor, str(document["id"]))}
        after: Card | None
        if verb == "Create":
            after = store.place_added(card, place)
        elif not card["places"]:
            return
        else:
            at = data.draw(st.sampled_from(range(len(card["places"]))))
            given["addressId"] = store.place_id(document, at)
            after = store.place_changed(card, at, place)
            if verb == "Delete":
                given["addressId"] = given["addressId"] or "1"
                after = store.place_removed(card, at) if store.can_remove(at) else None
        if verb != "Delete":
            given["address"] = place
        written = self.write(f"customerAddress{verb}", **given)
        plan: Card | str = "FAILED" if after is None else "UNCHANGED" if after == card else after
        self.settle(written, email, {vendor: plan}, {vendor: 0}, "BEST_EFFORT")

    @somebody
    @rule(data=st.data(), atomicity=MANNERS)
    def delete(self, data: st.DataObject, atomicity: str) -> None:
        email = data.draw(st.sampled_from(self.people()))
        holders = self.holders(email)
        ids = {vendor: str(self.document(vendor, email)["id"]) for vendor in holders}
        written = self.write("customerDelete", id=self.target(email), atomicity=atomicity)
        if atomicity == "ALL_OR_NOTHING" and sum(not store.can_restore for store in holders.values()) > 1:
            assert written.codes == ["UNSUPPORTED"]
            return
        assert set(written.statuses.values()) == {"APPLIED"}
        # Who is kept though deleted is shown as that.
        is_kept = any(store.can_restore for store in holders.values())
        assert (written.payload["customer"] is not None) is is_kept
        for vendor, store in holders.items():
            card = store.cards.pop(email)
            if store.can_restore:
                store.gone[ids[vendor]] = (email, card)

    @precondition(lambda self: any(store.gone for store in self.stores.values()))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        found = [(vendor, key) for vendor, store in self.stores.items() for key in sorted(store.gone)]
        vendor, key = data.draw(st.sampled_from(found))
        store = self.stores[vendor]
        email, card = store.gone[key]
        if email in store.cards:
            return
        written = self.write("customerRestore", id=record_id(vendor, key))
        assert written.statuses == {NAMES[vendor]: "APPLIED"}, written.payload
        del store.gone[key]
        store.cards[email] = card

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

    @invariant()
    def the_stores_are_as_the_model_has_them(self) -> None:
        for vendor, store in self.stores.items():
            living = self.living(vendor)
            assert len(living) == sum(map(store.is_alive, self.sandbox.dump(vendor))), vendor
            assert {email: store.show(one) for email, one in living.items()} == store.cards, vendor
            kept = {str(one["id"]): one for one in self.sandbox.dump(vendor) if not store.is_alive(one)}
            for key, (email, card) in store.gone.items():
                assert (store.email(kept[key]), store.show(kept[key])) == (email, card)


def as_input(given: Card) -> Card:
    """Fields by the input's types: custom fields are a list."""
    if "customFields" not in given:
        return dict(given)
    listed = [{"key": key, "value": value} for key, value in given["customFields"].items()]
    return {**given, "customFields": listed}


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
