"""Open2b's writes: what is sent, in which order, how it is taken back, and which inputs are refused before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.change import (
    AddressCreate,
    AddressDraft,
    AddressUpdate,
    BulkTags,
    BulkVerb,
    Change,
    Create,
    Draft,
    TaxIdDraft,
    Update,
)
from gateway.customer import AddressKind, TaxIdKind
from gateway.errors import ErrorCode, InvalidInput, Unsupported, WriteRefused
from gateway.transport import Request, Response
from gateway.vendors.open2b.row import Open2bBillingAddress, Open2bCustomer, Open2bShippingAddress
from gateway.vendors.open2b.write import writing
from gateway.write import Plan, Step

ROME = ZoneInfo("Europe/Rome")
WRITES = writing(default_group=None, has_labels=True, zone=ROME)
BARE = writing(default_group=1, has_labels=False, zone=ROME)
BILLING = Open2bBillingAddress(
    first_name="Sherlock", last_name="Holmes", personal_code="P1", company_name="Inv", company_code="C1",
    company_code2="", street1="221b Baker Street", street2="", city="London", postal_code="NW1 6XE",
    state_prov="LND", country="GB", phone_number="+44 1", mobile_number="", fax_number="", email="h@inv.example",
)  # fmt: skip
SHIPPING = Open2bShippingAddress(
    name="John", street1="1 Lane", street2="", city="Leeds", postal_code="L1", state_prov="", country="GB"
)
ROW = Open2bCustomer(
    id=7, code="TF7", can_login=True, has_password=True, locale="en-GB", creation_time="2020-05-21 16:49:13",
    group=3, collection=8, collections=(22,), wish_list=(), invoice_recipient="", billing_address=BILLING,
    shipping_address=SHIPPING, labels=(1, 3),
)  # fmt: skip
WHOLE = msgspec.to_builtins(BILLING)
SHIPPED = msgspec.to_builtins(SHIPPING)
NEW = Draft(
    first_name="Ann", last_name="Lee", email="a@x.example",
    billing_address=AddressDraft(line1="1 Row", city="Rome", postal_code="00100", country_code="it"),
)  # fmt: skip


def plan(steps: Plan[Open2bCustomer]) -> Sequence[Step[Open2bCustomer]]:
    assert isinstance(steps, Sequence), "Open2b needs no further reading"
    return steps


def update(row: Open2bCustomer = ROW, **values: Any) -> Sequence[Step[Open2bCustomer]]:
    assert WRITES.update is not None
    return plan(WRITES.update(Draft(**values), row))


def create(draft: Draft) -> Sequence[Step[Open2bCustomer]]:
    assert WRITES.create is not None
    return plan(WRITES.create(draft))


def sent(request: Request) -> tuple[str, Any]:
    assert not request.is_repeatable
    assert request.method == "POST"
    return request.path.removeprefix("/api/v13/commerce."), msgspec.json.decode(request.body)


def forward(steps: Sequence[Step[Open2bCustomer]]) -> list[tuple[str, Any]]:
    return [sent(step.write("7").request) for step in steps]


def changed(steps: Sequence[Step[Open2bCustomer]]) -> Any:
    (step,) = steps
    method, body = sent(step.write("7").request)
    assert (method, body["id"]) == ("customers.update", 7)
    return body["customer"]


def back(step: Step[Open2bCustomer]) -> tuple[str, Any]:
    assert step.undo is not None
    return sent(step.undo("7", None).request)


def test_an_update_sends_what_changes_and_is_taken_back_by_what_was() -> None:
    steps = update(code=None, locale="it_it", own={"collections": None, "collection": None, "cart": "x" * 32})
    assert changed(steps) == {
        "code": "", "locale": "it-IT", "collections": [], "collection": None, "cart": "x" * 32,
    }  # fmt: skip
    assert back(steps[0])[1]["customer"] == {
        "code": "TF7", "locale": "en-GB", "collections": [22], "collection": 8, "cart": None,
    }  # fmt: skip


def test_one_part_of_the_billing_block_is_sent_with_all_the_others() -> None:
    steps = update(phone=None, company="Acme")
    assert changed(steps) == {"billingAddress": {**WHOLE, "phoneNumber": "", "companyName": "Acme"}}
    assert back(steps[0])[1]["customer"] == {"billingAddress": WHOLE}
    assert changed(update(billing_address=AddressDraft(fax="1", country_code="it"))) == {
        "billingAddress": {**WHOLE, "faxNumber": "1", "country": "IT"}
    }


def test_tax_numbers_replace_all_three_codes() -> None:
    ids = (
        TaxIdDraft(kind=TaxIdKind.COMPANY, value="A"),
        TaxIdDraft(kind=TaxIdKind.OTHER, value="B"),
        TaxIdDraft(kind=TaxIdKind.COMPANY, value="C"),
        TaxIdDraft(kind=TaxIdKind.COMPANY, value="D"),
    )
    block = changed(update(tax_ids=ids))["billingAddress"]
    assert (block["personalCode"], block["companyCode"], block["companyCode2"]) == ("", "A", "C")
    assert list(WRITES.ignores(Update(draft=Draft(tax_ids=ids)))) == ["taxIds[1]", "taxIds[3]"]
    assert changed(update(tax_ids=None))["billingAddress"]["companyCode"] == ""


def test_the_shipping_block_is_merged_removed_or_made_whole() -> None:
    assert changed(update(shipping_address=AddressDraft(city="York"))) == {
        "shippingAddress": {**SHIPPED, "city": "York"}
    }
    assert changed(update(shipping_address=None)) == {"shippingAddress": None}
    bare = msgspec.structs.replace(ROW, shipping_address=None)
    place = AddressDraft(line1="1 Row", city="York", postal_code="Y1", country_code="GB")
    made = changed(update(bare, shipping_address=place))["shippingAddress"]
    assert (made["name"], made["street1"], made["street2"]) == ("Sherlock Holmes", "1 Row", "")
    with pytest.raises(InvalidInput, match="country"):
        update(bare, shipping_address=AddressDraft(city="York"))


def test_a_list_of_addresses_replaces_both_blocks_but_not_the_person() -> None:
    home = AddressDraft(line1="1 Row", city="York", postal_code="Y1", country_code="GB")
    block = changed(update(addresses=(home,)))
    assert block["shippingAddress"] is None
    assert block["billingAddress"] == {
        **WHOLE, "street1": "1 Row", "city": "York", "postalCode": "Y1", "stateProv": "",
    }  # fmt: skip
    there = msgspec.structs.replace(home, kinds=(AddressKind.SHIPPING,), city="Hull", first_name="Ann")
    both = changed(update(addresses=(there, home, home)))
    assert (both["billingAddress"]["city"], both["shippingAddress"]["city"]) == ("York", "Hull")
    assert both["shippingAddress"]["name"] == "Ann"
    assert list(WRITES.ignores(Update(draft=Draft(addresses=(there, home, home))))) == ["addresses[2]"]


def test_a_password_goes_apart_and_nothing_takes_it_back_or_shows_it() -> None:
    steps = update(code="N", password="s3cret!", own={"can_login": True})  # made up
    assert forward(steps) == [
        ("customers.update", {"id": 7, "customer": {"code": "N"}}),
        ("customers.update", {"id": 7, "customer": {"password": {"value": "s3cret!"}, "canLogin": True}}),
    ]
    assert steps[1].undo is None
    assert steps[1].holds is None
    assert "password" not in steps[0].fields
    (removal,) = update(password=None)
    assert forward([removal])[0][1]["customer"] == {"password": None}


def test_an_encrypted_password_says_by_whom() -> None:
    (step,) = update(password="x" * 45, own={"password_crypted_by": "Open2b"})
    assert forward([step])[0][1]["customer"] == {"password": {"value": "x" * 45, "cryptedBy": "Open2b"}}


def test_times_are_told_in_the_stores_zone() -> None:
    moment = datetime(2020, 7, 1, 10, 0, 0, tzinfo=UTC)
    assert changed(update(own={"creation_time": moment, "login_time": None})) == {
        "creationTime": "2020-07-01 12:00:00", "loginTime": None,
    }  # fmt: skip


def test_a_group_is_never_null() -> None:
    assert changed(update(group_id="5")) == {"group": 5}
    with pytest.raises(Unsupported, match="default_group"):
        update(group_id=None)
    assert "update.group_id.null" in WRITES.reasons
    assert "update.group_id.null" not in BARE.reasons
    assert BARE.update is not None
    assert changed(plan(BARE.update(Draft(group_id=None), ROW))) == {"group": 1}


def test_a_creation_carries_everything_but_labels() -> None:
    draft = msgspec.structs.replace(
        NEW, password="s3cret!", tags=("5", "vip"), group_id=None, own={"can_login": True}
    )
    steps = create(draft)
    customer = {
        "canLogin": True, "password": {"value": "s3cret!"},
        "billingAddress": {
            **dict.fromkeys(WHOLE, ""), "firstName": "Ann", "lastName": "Lee", "email": "a@x.example",
            "street1": "1 Row", "city": "Rome", "postalCode": "00100", "country": "IT",
        },
    }  # fmt: skip
    assert forward(steps) == [
        ("customers.create", {"customer": customer}),
        ("labels.add", {"type": "Customer", "resources": [7], "ids": [5]}),
    ]
    assert steps[0].write("").read(Response(status=200, body=b'{"status":"ok","id":9}')) == "9"
    assert back(steps[0]) == ("customers.delete", {"ids": [7]})
    assert list(WRITES.ignores(Create(draft=draft))) == ["tags[1]"]


def test_labels_are_added_removed_and_replaced_by_number() -> None:
    assert WRITES.tags_add is not None
    assert WRITES.tags_remove is not None
    (adding,) = plan(WRITES.tags_add(("3", "5"), ROW))
    assert forward([adding])[0] == ("labels.add", {"type": "Customer", "resources": [7], "ids": [3, 5]})
    assert back(adding) == ("labels.remove", {"type": "Customer", "resources": [7], "ids": [5]})
    (removing,) = plan(WRITES.tags_remove(("3", "vip"), (), ROW))
    assert forward([removing])[0][1]["ids"] == [3]
    assert back(removing)[0] == "labels.add"
    (by_prefix,) = plan(WRITES.tags_remove((), ("1",), ROW))
    assert forward([by_prefix])[0][1]["ids"] == [1]
    (replacing,) = update(tags=("9",))
    assert forward([replacing])[0] == ("labels.replace", {"type": "Customer", "resources": [7], "ids": [9]})
    assert back(replacing)[1]["ids"] == [1, 3]


def test_a_tag_that_is_no_label_is_refused_before_it_could_replace_any() -> None:
    assert WRITES.tags_add is not None
    for tags in (("vip",), ("65",), ("01",), ("0",)):
        with pytest.raises(Unsupported, match="1 to 64"):
            WRITES.tags_add(tags, ROW)
    with pytest.raises(Unsupported):
        update(tags=("1", "vip"))


def test_labels_that_may_not_be_read_are_written_all_the_same_and_cannot_be_taken_back() -> None:
    assert WRITES.tags_add is not None
    (step,) = plan(WRITES.tags_add(("1",), msgspec.structs.replace(ROW, labels=None)))
    assert step.undo is None
    assert step.holds is not None
    assert not step.holds(msgspec.structs.replace(ROW, labels=None))


def test_labels_of_many_are_written_a_thousand_customers_at_a_time() -> None:
    assert WRITES.bulk is not None
    rows = [msgspec.structs.replace(ROW, id=number) for number in range(1, 1502)]
    calls = WRITES.bulk(BulkTags(verb=BulkVerb.REMOVE, tags=("3",), prefixes=("6",)), rows)
    bodies = [sent(call.request) for call in calls]
    assert [(method, len(body["resources"])) for method, body in bodies] == [
        ("labels.remove", 1000), ("labels.remove", 501),
    ]  # fmt: skip
    assert bodies[0][1]["ids"] == [3, 6, 60, 61, 62, 63, 64]


def test_without_labels_in_the_settings_there_are_no_tags_to_write() -> None:
    assert BARE.tags_add is None
    assert BARE.bulk is None
    assert "tags" not in BARE.creates | BARE.updates


def test_addresses_are_named_by_what_they_are_for() -> None:
    assert WRITES.address_update is not None
    assert WRITES.address_delete is not None
    city = AddressDraft(city="York")
    for name in (None, "BILLING", "billing"):
        steps = plan(WRITES.address_update(name, city, ROW))
        assert changed(steps) == {"billingAddress": {**WHOLE, "city": "York"}}
    assert changed(plan(WRITES.address_update("SHIPPING", city, ROW))) == {
        "shippingAddress": {**SHIPPED, "city": "York"}
    }
    removing = plan(WRITES.address_delete("SHIPPING", ROW))
    assert changed(removing) == {"shippingAddress": None}
    assert back(removing[0])[1]["customer"] == {"shippingAddress": SHIPPED}
    with pytest.raises(Unsupported):
        WRITES.address_delete("BILLING", ROW)
    with pytest.raises(WriteRefused) as refused:
        WRITES.address_update("12", city, ROW)
    assert refused.value.code is ErrorCode.NOT_FOUND


def test_a_new_address_is_the_shipping_one_where_there_is_none() -> None:
    assert WRITES.address_create is not None
    place = AddressDraft(line1="1 Row", city="York", postal_code="Y1", country_code="gb", name="Ann")
    bare = msgspec.structs.replace(ROW, shipping_address=None)
    steps = plan(WRITES.address_create(place, bare))
    assert changed(steps)["shippingAddress"]["country"] == "GB"
    assert back(steps[0])[1]["customer"] == {"shippingAddress": None}
    for kinds, row in (((), ROW), ((AddressKind.BILLING,), bare)):
        with pytest.raises(Unsupported):
            WRITES.address_create(msgspec.structs.replace(place, kinds=kinds), row)


def test_who_signs_in_is_asked_once_and_for_no_secret() -> None:
    assert WRITES.authenticate is not None
    call = WRITES.authenticate("h@inv.example", "s3cret!")
    body = {"email": "h@inv.example", "password": "s3cret!", "fields": ["id"]}
    assert sent(call.request) == ("customers.authenticate", body)
    assert call.read(Response(status=200, body=b'{"status":"ok","customer":null}')).rows == ()
    (row,) = call.read(Response(status=200, body=b'{"status":"ok","customer":{"id":7}}')).rows
    assert row.id == 7
    with pytest.raises(InvalidInput):
        WRITES.authenticate("h@inv.example", "x" * 17)


def broken(change: Change) -> list[str]:
    return [".".join(fault.path) for fault in WRITES.check(change)]


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        (Draft(first_name="x" * 26), "customer.firstName"),
        (Draft(last_name=None), "customer.lastName"),
        (Draft(email=None), "customer.email"),
        (Draft(phone="+39 011 555 0100 1"), "customer.phone"),
        (Draft(company="x" * 101), "customer.company"),
        (Draft(tax_ids=(TaxIdDraft(kind=TaxIdKind.PERSONAL, value="x" * 21),)), "customer.taxIds.0.value"),
        (Draft(code="x" * 33), "customer.code"),
        (Draft(locale="english"), "customer.locale"),
        (Draft(locale=None), "customer.locale"),
        (Draft(group_id="256"), "customer.groupId"),
        (Draft(group_id="vip"), "customer.groupId"),
        (Draft(password="short"), "customer.password"),
        (Draft(password="x" * 17), "customer.password"),
        (Draft(password="x" * 51, own={"password_crypted_by": "Open2b"}), "customer.password"),
        (Draft(password="x" * 20, own={"password_crypted_by": "MD5"}), "customer.open2b.passwordCryptedBy"),
        (Draft(own={"password_crypted_by": "Open2b"}), "customer.open2b.passwordCryptedBy"),
        (Draft(billing_address=None), "customer.billingAddress"),
        (Draft(addresses=()), "customer.addresses"),
        (Draft(billing_address=AddressDraft(line1="x" * 61)), "customer.billingAddress.line1"),
        (Draft(billing_address=AddressDraft(city=None)), "customer.billingAddress.city"),
        (Draft(shipping_address=AddressDraft(province_code="LOND")), "customer.shippingAddress.provinceCode"),
        (Draft(own={"can_login": None}), "customer.open2b.canLogin"),
        (Draft(own={"creation_time": None}), "customer.open2b.creationTime"),
        (Draft(own={"collection": 0}), "customer.open2b.collection"),
        (Draft(own={"collections": [1, 1]}), "customer.open2b.collections"),
        (Draft(own={"wish_list": [0]}), "customer.open2b.wishList"),
        (Draft(own={"cart": "short"}), "customer.open2b.cart"),
        (Draft(own={"invoice_recipient": "x" * 257}), "customer.open2b.invoiceRecipient"),
    ],
)
def test_a_broken_rule_is_told_by_its_place(draft: Draft, path: str) -> None:
    assert broken(Update(draft=draft)) == [path]


def test_what_is_within_the_rules_passes() -> None:
    draft = Draft(
        phone="1" * 15, email="a@b", locale="it", group_id="255", password="x" * 16, shipping_address=None,
        own={"collections": None, "can_login": False},
    )  # fmt: skip
    assert broken(Update(draft=draft)) == []
    assert broken(Create(draft=NEW)) == []


def test_a_new_customer_has_all_that_is_needed() -> None:
    assert broken(Create(draft=Draft(first_name="Ann"))) == [
        "customer.billingAddress.city", "customer.billingAddress.countryCode", "customer.email", "customer.lastName",
        "customer.billingAddress.postalCode", "customer.billingAddress.line1",
    ]  # fmt: skip
    signing = msgspec.structs.replace(NEW, own={"can_login": True})
    assert broken(Create(draft=signing)) == ["customer.password"]


def test_a_new_address_has_all_that_is_needed() -> None:
    assert broken(AddressCreate(address=AddressDraft(city="York", line1="1", postal_code="1"))) == [
        "address.countryCode"
    ]
    assert broken(AddressUpdate(address_id="SHIPPING", address=AddressDraft(name=None))) == ["address.name"]
    assert broken(AddressUpdate(address_id=None, address=AddressDraft(fax="1" * 16))) == ["address.fax"]


def test_of_two_values_for_one_place_the_customers_own_is_sent_and_the_other_told() -> None:
    draft = Draft(email="a@x.example", billing_address=AddressDraft(email="b@x.example", name="Ann"))
    assert changed(update(email=draft.email, billing_address=draft.billing_address))["billingAddress"][
        "email"
    ] == ("a@x.example")
    assert list(WRITES.ignores(Update(draft=draft))) == ["billingAddress.name", "billingAddress.email"]
    there = AddressDraft(phone="1", kinds=(AddressKind.SHIPPING,))
    assert list(WRITES.ignores(Update(draft=Draft(shipping_address=there)))) == ["shippingAddress.phone"]
    assert list(WRITES.ignores(AddressUpdate(address_id="shipping", address=there))) == ["address.phone"]
    named = AddressUpdate(address_id=None, address=AddressDraft(name="Ann", phone="1"))
    assert list(WRITES.ignores(named)) == ["address.name"]
