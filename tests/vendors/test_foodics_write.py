"""Foodics' writes: what is sent, in which order, how it is taken back, and which inputs are refused before."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from gateway.call import Named
from gateway.change import (
    AddressDraft,
    AddressUpdate,
    Change,
    Create,
    Draft,
    HouseAccountDraft,
    LoyaltyDraft,
    Update,
)
from gateway.customer import Gender
from gateway.errors import ErrorCode, SourceTimeout, WriteRefused
from gateway.transport import Request, Response
from gateway.vendors.foodics.row import FoodicsAddress, FoodicsCustomer, FoodicsTag
from gateway.vendors.foodics.rule import parts_of
from gateway.vendors.foodics.write import WRITES
from gateway.write import Plan, Step

HOME = FoodicsAddress(id="a1", name="Home", description="1 Lane", latitude=24.5)
ROW = FoodicsCustomer(
    id="8d831", name="James Lapda", dial_code=966, phone="565445254", email="m@x.example", gender=1,
    birth_date=date(1986, 9, 17), house_account_limit=Decimal(1000), house_account_balance=Decimal(0),
    is_house_account_enabled=True, is_loyalty_enabled=True, is_blacklisted=False, notes=None,
    tags=(FoodicsTag(id="t1"), FoodicsTag(id="t2", name="VIP")), addresses=(HOME,),
)  # fmt: skip
KEPT = {"name": "James Lapda", "dial_code": 966, "phone": "565445254"}
NAMES = [
    Named(vendor_id="t1", name="Loyal"),
    Named(vendor_id="t2", name="VIP"),
    Named(vendor_id="t3", name="New"),
]
Sent = tuple[str, str, Any]


def plan(steps: Plan[FoodicsCustomer], *answers: object) -> Sequence[Step[FoodicsCustomer]]:
    """The steps, after the pages of tags that are asked for were answered with these."""
    if not isinstance(steps, Generator):
        return steps
    left = list(answers)
    answer: Any = None
    while True:
        try:
            calls = steps.send(answer)
        except StopIteration as end:
            assert left == []
            done: Sequence[Step[FoodicsCustomer]] = end.value
            return done
        assert [call.request.path for call in calls] == ["/tags"]
        answer = [left.pop(0)]


def update(*answers: object, **values: Any) -> Sequence[Step[FoodicsCustomer]]:
    assert WRITES.update is not None
    return plan(WRITES.update(Draft(**values), ROW), *answers)


def sent(request: Request) -> Sent:
    assert not request.is_repeatable
    return request.method, request.path, msgspec.json.decode(request.body) if request.body else None


def forward(steps: Sequence[Step[FoodicsCustomer]], vendor_id: str = "8d831") -> list[Sent]:
    return [sent(step.write(vendor_id).request) for step in steps]


def body(steps: Sequence[Step[FoodicsCustomer]]) -> Any:
    ((method, path, content),) = forward(steps)
    assert (method, path) == ("PUT", "/customers/8d831")
    return content


def back(step: Step[FoodicsCustomer], answer: object = None) -> Sent:
    assert step.undo is not None
    return sent(step.undo("8d831", answer).request)


def test_an_update_carries_what_cannot_be_null_beside_what_changes_and_never_a_balance() -> None:
    steps = update(email=None, gender=Gender.FEMALE, birth_date=date(2000, 2, 29), note="n")
    changed = {"email": None, "gender": 2, "birth_date": "2000-02-29", "notes": "n"}
    assert body(steps) == {**KEPT, **changed}
    former = {"email": "m@x.example", "gender": 1, "birth_date": "1986-09-17", "notes": None}
    assert back(steps[0])[2] == {**KEPT, **former}


@pytest.mark.parametrize(
    ("phone", "parts"),
    [
        ("+966 56 544-5254", (966, "565445254")),
        ("+1 (212) 555 0100", (1, "2125550100")),
        ("+39 011 555", (39, "011555")),
        ("0565", (None, "0565")),
        ("+999 1", (None, "9991")),
        ("none", (None, "")),
    ],
)
def test_a_phone_number_has_two_parts(phone: str, parts: tuple[int | None, str]) -> None:
    assert parts_of(phone) == parts


def test_a_phone_number_without_a_country_keeps_the_one_there_is() -> None:
    assert body(update(phone="777")) == {**KEPT, "phone": "777"}
    assert body(update(phone="+971 5")) == {**KEPT, "dial_code": 971, "phone": "5"}
    assert body(update(own={"dial_code": 971})) == {**KEPT, "dial_code": 971}


def test_what_takes_a_scope_of_its_own_is_sent_by_itself_with_the_name_as_it_is_by_then() -> None:
    steps = update(
        name="Ann", loyalty=None, house_account=HouseAccountDraft(is_enabled=False, limit=Decimal(5))
    )
    kept = {**KEPT, "name": "Ann"}
    assert [content for _, _, content in forward(steps)] == [
        kept,
        {**kept, "is_house_account_enabled": False, "house_account_limit": 5},
        {**kept, "is_loyalty_enabled": False},
    ]
    assert back(steps[1])[2] == {**kept, "is_house_account_enabled": True, "house_account_limit": 1000}
    assert [step.write("8d831").scope for step in steps] == [
        "customers.write", "customers.accounts.write", "customers.loyalty.write",
    ]  # fmt: skip


def test_a_value_that_the_answer_shows_was_passed_over_is_a_missing_permission() -> None:
    (step,) = update(loyalty=LoyaltyDraft(is_enabled=False))
    call = step.write("8d831")
    with pytest.raises(PermissionError):
        call.read(Response(status=200, body=b'{"data":{"id":"8d831","is_loyalty_enabled":1}}'))
    another = b'{"data":{"id":"other","is_loyalty_enabled":1}}'
    for answer in (
        b"",
        another,
        b'{"data":{"id":"8d831","is_loyalty_enabled":0}}',
        b'{"data":{"id":"8d831"}}',
    ):
        call.read(Response(status=200, body=answer))


def test_tags_that_were_added_where_they_were_to_replace_are_no_agreed_answer() -> None:
    (step,) = update(NAMES, tags=("t3",))
    call = step.write("8d831")
    assert call.request.query == (("include", "tags"),)
    call.read(Response(status=200, body=b'{"data":{"id":"8d831","tags":[{"id":"t3"}]}}'))
    with pytest.raises(msgspec.ValidationError):
        call.read(Response(status=200, body=b'{"data":{"id":"8d831","tags":[{"id":"t3"},{"id":"t1"}]}}'))


def test_a_limit_that_may_not_be_read_cannot_be_taken_back_nor_seen() -> None:
    assert WRITES.update is not None
    hidden = msgspec.structs.replace(ROW, house_account_limit=None, house_account_balance=None)
    draft = Draft(house_account=HouseAccountDraft(limit=Decimal(5)))
    (step,) = plan(WRITES.update(draft, hidden))
    assert step.undo is None
    assert step.holds is None


def test_tags_are_found_by_id_or_name_and_written_all_at_once() -> None:
    assert WRITES.tags_add is not None
    steps = plan(WRITES.tags_add(("New", "t1"), ROW), NAMES)
    assert body(steps)["tags"] == [{"id": "t1"}, {"id": "t2"}, {"id": "t3"}]
    assert back(steps[0])[2]["tags"] == [{"id": "t1"}, {"id": "t2"}]
    assert plan(WRITES.tags_add(("VIP",), ROW), NAMES) == []
    assert body(update(NAMES, tags=("t3",)))["tags"] == [{"id": "t3"}]
    assert body(update(tags=()))["tags"] == []


def test_all_pages_of_tags_are_read_and_a_tag_that_is_on_none_is_refused() -> None:
    assert WRITES.tags_add is not None
    full = [Named(vendor_id=f"x{at}", name=f"x{at}") for at in range(50)]
    steps = plan(WRITES.tags_add(("New",), ROW), full, NAMES)
    assert body(steps)["tags"][-1] == {"id": "t3"}
    with pytest.raises(WriteRefused) as refused:
        plan(WRITES.tags_add(("Nobody's",), ROW), NAMES)
    assert refused.value.code is ErrorCode.NOT_FOUND
    with pytest.raises(SourceTimeout):
        plan(WRITES.tags_add(("New",), ROW), SourceTimeout("late", source="matbakh"))


def test_tags_are_removed_by_id_name_or_the_beginning_of_one() -> None:
    assert WRITES.tags_remove is not None
    assert body(plan(WRITES.tags_remove(("Loyal",), (), ROW), NAMES))["tags"] == [{"id": "t2"}]
    assert body(plan(WRITES.tags_remove((), ("VI",), ROW), NAMES))["tags"] == [{"id": "t1"}]
    assert plan(WRITES.tags_remove(("of nobody",), (), ROW), NAMES) == []
    named = msgspec.structs.replace(ROW, tags=ROW.tags[1:] if ROW.tags else ())
    assert body(plan(WRITES.tags_remove(("VIP",), (), named)))["tags"] == []


def test_a_creation_sends_the_customer_then_what_is_guarded_then_addresses() -> None:
    assert WRITES.create is not None
    draft = Draft(
        first_name="Ann", last_name="Lee", phone="+1 5", email=None, tags=("New",),
        loyalty=LoyaltyDraft(is_enabled=True), addresses=(AddressDraft(line1="1 Lane", longitude=1.5),),
    )  # fmt: skip
    steps = plan(WRITES.create(draft), NAMES)
    kept = {"name": "Ann Lee", "dial_code": 1, "phone": "5"}
    address = {"customer_id": "9", "name": "Ann Lee", "description": "1 Lane", "longitude": "1.5"}
    assert forward(steps, "9") == [
        ("POST", "/customers", {**kept, "tags": [{"id": "t3"}]}),
        ("PUT", "/customers/9", {**kept, "is_loyalty_enabled": True}),
        ("POST", "/addresses", address),
    ]
    assert steps[0].write("").read(Response(status=200, body=b'{"data":{"id":"9"}}')) == "9"
    assert back(steps[0]) == ("DELETE", "/customers/8d831", None)


def test_deleting_and_restoring_take_each_other_back_and_name_their_scopes() -> None:
    assert WRITES.delete is not None
    assert WRITES.restore is not None
    deleted = msgspec.structs.replace(ROW, deleted_at="2025-01-01 00:00:00")
    (delete,), (restore,) = plan(WRITES.delete(ROW)), plan(WRITES.restore(deleted))
    gone, returned = ("DELETE", "/customers/8d831", None), ("PUT", "/customers/8d831/restore", None)
    assert (forward([delete]), back(delete)) == ([gone], returned)
    assert (forward([restore]), back(restore)) == ([returned], gone)
    assert delete.holds is not None
    assert (delete.holds(ROW), delete.holds(deleted)) == (False, True)
    assert (delete.write("1").scope, restore.write("1").scope) == ("admin.write", "admin.restore")


def test_an_address_is_changed_under_its_own_name_and_taken_back() -> None:
    assert WRITES.address_update is not None
    assert WRITES.address_create is not None
    (step,) = plan(WRITES.address_update(None, AddressDraft(line1="2 Row", latitude=None), ROW))
    assert forward([step]) == [
        ("PUT", "/addresses/a1", {"name": "Home", "description": "2 Row", "latitude": None})
    ]
    assert back(step) == (
        "PUT", "/addresses/a1", {"name": "Home", "description": "1 Lane", "latitude": "24.5"},
    )  # fmt: skip
    (adding,) = plan(WRITES.address_create(AddressDraft(line1="x"), ROW))
    told = adding.write("8d831").read(Response(status=200, body=b'{"data":{"id":"a2"}}'))
    assert back(adding, told) == ("DELETE", "/addresses/a2", None)
    with pytest.raises(WriteRefused):
        WRITES.address_update("a9", AddressDraft(line1="x"), ROW)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (Create(draft=Draft(first_name="Ann", phone="+1 5")), "name"),
        (Create(draft=Draft(name="Ann")), "phone"),
        (Create(draft=Draft(name="Ann", phone="5")), "phone"),
        (Update(draft=Draft(name=None)), "name"),
        (Update(draft=Draft(phone=None)), "phone"),
        (Update(draft=Draft(phone="+999 1")), "phone"),
        (Update(draft=Draft(is_blacklisted=None)), "isBlacklisted"),
        (Update(draft=Draft(house_account=HouseAccountDraft(limit=Decimal("1.5")))), "limit"),
        (Update(draft=Draft(house_account=HouseAccountDraft(is_enabled=None))), "isEnabled"),
        (Update(draft=Draft(loyalty=LoyaltyDraft(is_enabled=None))), "isEnabled"),
        (Update(draft=Draft(own={"dial_code": 999})), "dialCode"),
        (Update(draft=Draft(phone="+1 5", own={"dial_code": 39})), "dialCode"),
        (AddressUpdate(address_id=None, address=AddressDraft(name=None)), "name"),
    ],
)
def test_a_broken_rule_is_told_by_its_place(change: Change, path: str) -> None:
    assert [fault.path[-1] for fault in WRITES.check(change)] == [path]


def test_tags_are_a_step_of_their_own_beside_other_values() -> None:
    steps = update(NAMES, name="Ann", tags=("t3",))
    kept = {**KEPT, "name": "Ann"}
    assert [content for _, _, content in forward(steps)] == [kept, {**kept, "tags": [{"id": "t3"}]}]
    assert [step.fields for step in steps] == [("name",), ("tags",)]


def test_a_name_in_parts_is_told_as_ignored_beside_a_whole_one() -> None:
    both = Create(draft=Draft(name="Ann Lee", first_name="Ann", phone="+1 5"))
    assert list(WRITES.check(both)) == []
    assert list(WRITES.ignores(both)) == ["firstName"]
    parts = Create(draft=Draft(first_name="Ann", last_name="Lee", phone="+1 5"))
    assert list(WRITES.ignores(parts)) == []
    place = AddressUpdate(address_id=None, address=AddressDraft(name="Home", last_name="Lee"))
    assert list(WRITES.ignores(place)) == ["address.lastName"]
