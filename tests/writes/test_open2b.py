"""Each write to Open2b: exactly what changes there, and nothing else anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.ledger import MemoryLedger
from gateway.sandbox import Sandbox
from tests.writes.conftest import Shop, record_id
from tests.writes.effect import effect

SAMPLE = "37091"
"""The document's customer, with both addresses."""
HERE = record_id("open2b", SAMPLE)


async def change(shop: Shop, mutation: str, **given: Any) -> dict[str, Any]:
    return await effect(shop, "open2b", SAMPLE, mutation, unless=frozenset({"updateTime"}), **given)


def blocks(shop: Shop) -> tuple[dict[str, Any], dict[str, Any]]:
    row = shop.dump("open2b")[SAMPLE]
    return row["billingAddress"], row["shippingAddress"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"code": "NEW"}, {"code": "NEW"}),
        ({"code": None, "locale": "it"}, {"code": "", "locale": "it"}),
        ({"groupId": "5"}, {"group": 5}),
        ({"open2b": {"canLogin": False, "collection": None, "collections": [60], "wishList": []}},
         {"canLogin": False, "collection": None, "collections": [60], "wishList": []}),
        ({"open2b": {"cart": None, "invoiceRecipient": None}}, {"cart": None, "invoiceRecipient": ""}),
        ({"open2b": {"creationTime": "2020-01-01T10:00:00+01:00", "loginTime": None}},
         {"creationTime": "2020-01-01 09:00:00", "loginTime": None}),
        ({"shippingAddress": None}, {"shippingAddress": None}),
        ({"tags": ["5", "64"]}, {"labels": [5, 64]}),
        ({"tags": []}, {"labels": []}),
    ],
)  # fmt: skip
async def test_an_update_changes_just_its_fields(
    shop: Shop, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert await change(shop, "customerUpdate", customer=fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": "+39 1", "mobile": None}, {"phoneNumber": "+39 1"}),
        ({"firstName": "Ann", "email": "ann@x.example"}, {"firstName": "Ann", "email": "ann@x.example"}),
        ({"taxIds": [{"kind": "COMPANY", "value": "A"}]},
         {"personalCode": "", "companyCode": "A", "companyCode2": ""}),
        ({"billingAddress": {"line2": "Floor 2", "fax": "1", "countryCode": "ie"}},
         {"street2": "Floor 2", "faxNumber": "1", "country": "IE"}),
    ],
)  # fmt: skip
async def test_the_billing_block_is_sent_whole_and_changes_in_part(
    shop: Shop, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    before, _ = blocks(shop)
    changed = await change(shop, "customerUpdate", customer=fields)
    assert changed == {"billingAddress": {**before, **expected}}


async def test_addresses_are_changed_removed_and_made_by_what_they_are_for(shop: Shop) -> None:
    _, before = blocks(shop)
    moved = await change(shop, "customerAddressUpdate", addressId="SHIPPING", address={"city": "York"})
    assert moved == {"shippingAddress": {**before, "city": "York"}}
    assert set(await change(shop, "customerAddressUpdate", address={"city": "Rome"})) == {"billingAddress"}
    assert await change(shop, "customerAddressDelete", addressId="SHIPPING") == {"shippingAddress": None}
    place = {"line1": "1 Row", "city": "York", "postalCode": "Y1", "countryCode": "GB"}
    made = await change(shop, "customerAddressCreate", address=place)
    assert (made["shippingAddress"]["name"], made["shippingAddress"]["street1"]) == (
        "Sherlock Holmes",
        "1 Row",
    )
    again = await shop.write("customerAddressCreate", id=HERE, address=place)
    assert again.codes == ["UNSUPPORTED"]


async def test_a_password_is_set_so_that_the_customer_can_sign_in_with_it(shop: Shop) -> None:
    changed = await change(shop, "customerUpdate", customer={"password": "n3w secret"})
    assert set(changed) == {"encryptedPassword"}
    payload = "{ customer { email } userErrors { code message path sourceName } }"
    asked = {"source": "bottega", "email": "holmes@inv-london.com"}
    good = await shop.write("customerAuthenticate", payload, password="n3w secret", **asked)  # made up
    assert good.payload == {"customer": {"email": "holmes@inv-london.com"}, "userErrors": []}
    wrong = await shop.write("customerAuthenticate", payload, password="another", **asked)  # as above
    assert wrong.payload == {"customer": None, "userErrors": []}


async def test_labels_are_added_and_removed(shop: Shop) -> None:
    assert await change(shop, "customerTagsAdd", tags=["5", "1"]) == {"labels": [1, 3, 5]}
    assert await change(shop, "customerTagsRemove", tags=["1", "vip"]) == {"labels": [3, 5]}
    assert await change(shop, "customerTagsReplace", tags=["9"]) == {"labels": [9]}
    named = await shop.write("customerTagsAdd", id=HERE, tags=["vip"])
    assert named.codes == ["UNSUPPORTED"]


async def test_labels_of_several_are_written_in_one_call(shop: Shop) -> None:
    payload = (
        "{ outcomes { status matched modified error { code } } userErrors { code message path sourceName } }"
    )
    before = shop.dumps()
    other = next(key for key in shop.dump("open2b") if key != SAMPLE)
    ids = [HERE, record_id("open2b", other)]
    asked = {"ids": ids, "sources": ["bottega"]}
    written = await shop.write("customersTagsReplace", payload, tags=["7"], **asked)
    (outcome,) = written.payload["outcomes"]
    assert (outcome["status"], outcome["matched"]) == ("APPLIED", 2)
    assert set(shop.changes(before)) == {("open2b", SAMPLE), ("open2b", other)}
    assert [path for _, path in shop.sent("open2b") if "labels.replace" in path] == [
        "/api/v13/commerce.labels.replace"
    ]
    named = await shop.write("customersTagsAdd", payload, tags=["vip"], **asked)
    assert [one["error"]["code"] for one in named.payload["outcomes"]] == ["UNSUPPORTED"]
    nobodys = await shop.write("customersTagsRemove", payload, tags=["vip"], **asked)
    assert [one["status"] for one in nobodys.payload["outcomes"]] == ["UNCHANGED"]


async def test_a_group_is_entered_and_never_left_without_another(shop: Shop) -> None:
    assert await change(shop, "customerGroupAssign", groupId="2") == {"group": 2}
    left = await shop.write("customerGroupUnassign", id=HERE, groupId="2")
    assert left.codes == ["UNSUPPORTED"]
    unknown = await shop.write("customerGroupAssign", id=HERE, groupId="200")
    (error,) = unknown.payload["userErrors"]
    assert (error["code"], error["path"]) == ("VENDOR_REJECTED", ["customer", "groupId"])
    assert "Customer group 200 does not exist" in error["message"]


async def test_who_leaves_a_group_comes_into_the_default_one_of_the_settings(sandbox: Sandbox) -> None:
    shop = Shop(sandbox, ledger=MemoryLedger(), keys={"open2b": {"default_group": 1}})
    assert await change(shop, "customerGroupUnassign", groupId="3") == {"group": 1}
    await shop.close()


async def test_a_delete_is_permanent_and_touches_nobody_else(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write("customerDelete", id=HERE)
    assert written.statuses == {"bottega": "APPLIED"}
    assert set(shop.changes(before)) == {("open2b", SAMPLE)}
    assert SAMPLE not in shop.dump("open2b")


@pytest.mark.parametrize(
    ("mutation", "more"),
    [
        ("customerRestore", {}),
        ("customerMarketingConsentUpdate", {"acceptsMarketing": True}),
        ("customerCustomFieldsSet", {"customFields": [{"key": "k", "value": "v"}]}),
    ],
)
async def test_what_the_vendor_cannot_do_is_unsupported_and_says_why(
    shop: Shop, mutation: str, more: dict[str, Any]
) -> None:
    before = shop.dumps()
    written = await shop.write(mutation, id=HERE, **more)
    assert written.codes == ["UNSUPPORTED"]
    assert shop.changes(before) == {}


NEW = {
    "email": "new@x.example", "firstName": "Ann", "lastName": "Lee", "company": "C", "phone": "1", "mobile": "2",
    "code": "N1", "locale": "it-IT", "groupId": "2", "password": "s3cret!", "tags": ["7", "vip"], "note": "n",
    "taxIds": [{"kind": "PERSONAL", "value": "P"}],
    "addresses": [
        {"line1": "Via Po 1", "city": "Torino", "postalCode": "10100", "countryCode": "IT", "provinceCode": "TO"},
        {"line1": "Via Roma 2", "city": "Asti", "postalCode": "14100", "countryCode": "IT", "kinds": ["SHIPPING"]},
    ],
    "open2b": {"canLogin": True, "collection": 8, "invoiceRecipient": "AB7TR6K", "cart": "x" * 32},
}  # fmt: skip


async def test_creating_writes_everything_that_was_given(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write("customerCreate", sources=["bottega"], customer=NEW)
    assert written.statuses == {"bottega": "APPLIED"}, written.payload
    assert written.ignored == {"bottega": ["note", "open2b.cart", "tags[1]"]}
    ((vendor, key),) = shop.changes(before)
    made = shop.dump(vendor)[key]
    expected = {
        "code": "N1", "canLogin": True, "hasPassword": True, "locale": "it-IT", "group": 2, "collection": 8,
        "invoiceRecipient": "AB7TR6K", "labels": [7], "fullName": "C", "cart": None,
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    billing, shipping = made["billingAddress"], made["shippingAddress"]
    assert (billing["firstName"], billing["personalCode"], billing["street1"], billing["stateProv"]) == (
        "Ann", "P", "Via Po 1", "TO",
    )  # fmt: skip
    assert (shipping["name"], shipping["city"]) == ("Ann Lee", "Asti")


async def test_a_code_that_is_taken_is_told_in_the_vendors_words_and_nothing_is_made(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write("customerCreate", sources=["bottega"], customer={**NEW, "code": "TF78123"})
    (error,) = written.payload["userErrors"]
    assert (error["code"], error["path"]) == ("ALREADY_EXISTS", ["customer", "code"])
    assert "Code 'TF78123' already exists" in error["message"]
    assert shop.changes(before) == {}


async def test_a_length_that_is_published_is_refused_before_any_source_is_called(shop: Shop) -> None:
    before = shop.dumps()
    customer = {**NEW, "firstName": "x" * 26}
    written = await shop.write("customerCreate", sources=["negozio", "bottega"], customer=customer)
    (error,) = written.payload["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["customer", "firstName"])
    assert shop.changes(before) == {}
