"""Spiffy's writes: what is sent, in which order, how it is taken back, and which inputs are refused before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from gateway.change import AddressCreate, AddressDraft, Change, Create, Draft, TagsAdd, Update
from gateway.customer import AddressKind
from gateway.errors import ErrorCode, InvalidInput, Unsupported, WriteRefused
from gateway.transport import Request, Response
from gateway.vendors.spiffy.row import SpiffyAddress, SpiffyCustomer
from gateway.vendors.spiffy.write import WRITES
from gateway.write import Plan, Step

HOME = SpiffyAddress(id=61, address1="2 Bag End", city="Hobbiton", country="New Zealand", country_code="NZ",
                     phone="123", default=True)  # fmt: skip
WORK = SpiffyAddress(id=62, address1="1 Lane", default=False)
ROW = SpiffyCustomer(
    id=6, first_name="Bilbo", last_name="Baggins", email="bilbo@x.example", note="old", tags="loyal, vip",
    accepts_marketing=True, wholesale=False, default_address=HOME, addresses=(HOME, WORK),
)  # fmt: skip
Sent = tuple[str, str, Any]


def plan(steps: Plan[SpiffyCustomer]) -> Sequence[Step[SpiffyCustomer]]:
    assert isinstance(steps, Sequence), "Spiffy needs no further reading"
    return steps


def update(row: SpiffyCustomer = ROW, **values: Any) -> Sequence[Step[SpiffyCustomer]]:
    assert WRITES.update is not None
    return plan(WRITES.update(Draft(**values), row))


def create(**values: Any) -> Sequence[Step[SpiffyCustomer]]:
    assert WRITES.create is not None
    return plan(WRITES.create(Draft(**values)))


def sent(request: Request) -> Sent:
    assert not request.is_repeatable
    return request.method, request.path, msgspec.json.decode(request.body) if request.body else None


def forward(steps: Sequence[Step[SpiffyCustomer]], vendor_id: str = "6") -> list[Sent]:
    return [sent(step.write(vendor_id).request) for step in steps]


def back(step: Step[SpiffyCustomer], answer: object = None) -> Sent:
    assert step.undo is not None
    return sent(step.undo("6", answer).request)


def test_an_update_carries_the_id_and_only_what_changes_and_is_taken_back_by_what_was() -> None:
    (step,) = update(note=None, is_wholesale=True, own={"pos_id": "P"})
    body = {"id": 6, "note": None, "wholesale": True, "pos_id": "P"}
    assert forward([step]) == [("PUT", "/api/customers/6.json", {"customer": body})]
    former = {"id": 6, "note": "old", "wholesale": False, "pos_id": None}
    assert back(step) == ("PUT", "/api/customers/6.json", {"customer": former})
    assert set(step.fields) == {"note", "is_wholesale", "pos_id"}


def test_tags_are_one_text_which_is_read_merged_and_written_whole() -> None:
    assert WRITES.tags_add is not None
    assert WRITES.tags_remove is not None
    (adding,) = plan(WRITES.tags_add(("vip", "new"), ROW))
    assert forward([adding])[0][2] == {"customer": {"id": 6, "tags": "loyal,vip,new"}}
    assert back(adding)[2] == {"customer": {"id": 6, "tags": "loyal, vip"}}
    (removing,) = plan(WRITES.tags_remove(("vip",), (), ROW))
    assert forward([removing])[0][2] == {"customer": {"id": 6, "tags": "loyal"}}
    (by_prefix,) = plan(WRITES.tags_remove((), ("lo",), ROW))
    assert forward([by_prefix])[0][2] == {"customer": {"id": 6, "tags": "vip"}}
    (replacing,) = update(tags=("a", "b"))
    assert forward([replacing])[0][2] == {"customer": {"id": 6, "tags": "a,b"}}


def test_tags_that_are_there_or_not_there_already_are_not_sent() -> None:
    assert WRITES.tags_add is not None
    assert WRITES.tags_remove is not None
    assert plan(WRITES.tags_add(("vip",), ROW)) == []
    assert plan(WRITES.tags_remove(("other",), ("x",), ROW)) == []


def test_the_phone_number_goes_to_the_default_address() -> None:
    (step,) = update(phone="9")
    address = {"id": 61, "phone": "9"}
    assert forward([step]) == [("PUT", "/api/customers/6/addresses/61.json", {"address": address})]
    assert back(step)[2] == {"address": {"id": 61, "phone": "123"}}


def test_without_an_address_the_phone_number_gets_one_with_the_customers_name() -> None:
    bare = msgspec.structs.replace(ROW, addresses=(), default_address=None)
    (step,) = update(bare, phone="9")
    body = {"first_name": "Bilbo", "last_name": "Baggins", "phone": "9"}
    assert forward([step]) == [("POST", "/api/customers/6/addresses.json", {"address": body})]
    assert update(bare, phone=None) == []


def test_replacing_addresses_leaves_what_stays_changes_in_order_and_adds_the_rest() -> None:
    same = AddressDraft(line1="1 Lane")
    moved = AddressDraft(line1="3 Row", country_code="AU")
    steps = update(addresses=(moved, same, AddressDraft(line1="New")))
    whole = {
        "id": 61, "title": "", "first_name": "", "last_name": "", "company": "", "address1": "3 Row", "address2": "",
        "city": "", "province": "", "province_code": "", "country_code": "AU", "zip": "", "phone": "",
    }  # fmt: skip
    assert forward(steps) == [
        ("PUT", "/api/customers/6/addresses/61.json", {"address": whole}),
        ("POST", "/api/customers/6/addresses.json", {"address": {"address1": "New"}}),
    ]
    _, _, former = back(steps[0])
    assert former["address"]["country"] == "New Zealand"
    assert former["address"]["address1"] == "2 Bag End"


def test_addresses_that_are_not_named_any_more_are_removed_for_good() -> None:
    (step,) = update(addresses=(AddressDraft(line1="1 Lane"),))[-1:]
    assert forward([step]) == [("DELETE", "/api/customers/6/addresses/61.json", None)]
    assert step.undo is None
    assert len(update(addresses=None)) == 2


def test_another_default_address_is_a_step_of_its_own_taken_back_at_the_former_one() -> None:
    assert WRITES.address_update is not None
    draft = AddressDraft(kinds=(AddressKind.DEFAULT,), city="Bree")
    value, default = plan(WRITES.address_update("62", draft, ROW))
    assert forward([value, default]) == [
        ("PUT", "/api/customers/6/addresses/62.json", {"address": {"id": 62, "city": "Bree"}}),
        ("PUT", "/api/customers/6/addresses/62.json", {"address": {"id": 62, "default": True}}),
    ]
    assert back(default) == (
        "PUT", "/api/customers/6/addresses/61.json", {"address": {"id": 61, "default": True}},
    )  # fmt: skip


def test_a_new_address_is_taken_back_by_the_id_that_the_answer_tells() -> None:
    assert WRITES.address_create is not None
    (step,) = plan(WRITES.address_create(AddressDraft(city="Bree"), ROW))
    call = step.write("6")
    told = call.read(Response(status=201, body=b'{"address":{"id":63}}'))
    assert back(step, told) == ("DELETE", "/api/customers/6/addresses/63.json", None)
    assert call.read(Response(status=201)) is None
    assert step.undo is not None
    with pytest.raises(Unsupported):
        step.undo("6", None)


def test_a_new_default_address_cannot_be_taken_back_where_there_was_another() -> None:
    assert WRITES.address_create is not None
    draft = AddressDraft(city="Bree", kinds=(AddressKind.DEFAULT,))
    (step,) = plan(WRITES.address_create(draft, ROW))
    assert step.undo is None
    (first,) = plan(
        WRITES.address_create(draft, msgspec.structs.replace(ROW, addresses=(), default_address=None))
    )
    assert first.undo is not None


def test_an_address_is_named_unless_it_is_the_only_one() -> None:
    assert WRITES.address_update is not None
    assert WRITES.address_delete is not None
    with pytest.raises(InvalidInput):
        WRITES.address_update(None, AddressDraft(city="x"), ROW)
    single = msgspec.structs.replace(ROW, addresses=(WORK,))
    (step,) = plan(WRITES.address_update(None, AddressDraft(city="x"), single))
    assert forward([step])[0][1] == "/api/customers/6/addresses/62.json"
    with pytest.raises(WriteRefused) as refused:
        WRITES.address_delete("99", ROW)
    assert (refused.value.code, refused.value.path) == (ErrorCode.NOT_FOUND, ("addressId",))


def test_a_creation_sends_the_customer_then_each_address_with_the_phone_in_the_default_one() -> None:
    addresses = (AddressDraft(city="a"), AddressDraft(city="b", kinds=(AddressKind.DEFAULT,)))
    steps = create(
        first_name="Sam", last_name=None, email="s@x.example", tags=("a", "b"), phone="5", addresses=addresses
    )
    assert forward(steps, "7") == [
        ("POST", "/api/customers.json",
         {"customer": {"first_name": "Sam", "email": "s@x.example", "tags": "a,b"}}),
        ("POST", "/api/customers/7/addresses.json", {"address": {"city": "a"}}),
        ("POST", "/api/customers/7/addresses.json", {"address": {"city": "b", "default": True, "phone": "5"}}),
    ]  # fmt: skip
    assert [step.creates for step in steps] == [True, False, False]
    assert steps[0].write("").read(Response(status=201, body=b'{"customer":{"id":7}}')) == "7"
    assert back(steps[0]) == ("DELETE", "/api/customers/6.json", None)


def test_a_row_shows_what_a_step_has_written_whatever_the_order_of_tags() -> None:
    (step,) = update(note="new", tags=("vip", "loyal"))
    assert step.holds is not None
    assert not step.holds(ROW)
    assert step.holds(msgspec.structs.replace(ROW, note=" new"))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (Create(draft=Draft(accepts_marketing=None)), "acceptsMarketing"),
        (Update(draft=Draft(is_wholesale=None)), "isWholesale"),
        (Update(draft=Draft(tags=("ok", "a,b"))), "1"),
        (TagsAdd(tags=("a,b",)), "0"),
    ],
)
def test_a_broken_rule_is_told_by_its_place(change: Change, path: str) -> None:
    assert [fault.path[-1] for fault in WRITES.check(change)] == [path]


def test_what_a_default_address_cannot_hold_beside_its_own_is_told() -> None:
    home = AddressDraft(phone="1", kinds=(AddressKind.BILLING,))
    change = Create(draft=Draft(phone="2", addresses=(home,)))
    assert list(WRITES.ignores(change)) == ["phone", "addresses.kinds"]
    assert list(WRITES.ignores(Update(draft=Draft(phone="2")))) == []
    assert list(WRITES.ignores(AddressCreate(address=home))) == ["address.kinds"]
