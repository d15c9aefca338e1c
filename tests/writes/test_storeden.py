"""Each write to Storeden: exactly what changes there, and nothing else anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.writes.conftest import Shop, record_id

SAMPLE = "569d08bb16f46ac71e7b23c6"
"""The document's registered customer."""
GOLD = "59fb00b016f46afa7d0031da"


async def change(shop: Shop, mutation: str, **given: Any) -> dict[str, Any]:
    """What a write to the sample changed in it, after the write has said that it was applied."""
    before = shop.dumps()
    written = await shop.write(mutation, id=record_id("storeden", SAMPLE), **given)
    assert written.statuses == {"negozio": "APPLIED"}, written.payload
    assert written.codes == []
    changes = shop.changes(before)
    assert set(changes) == {("storeden", SAMPLE)}
    changed = changes["storeden", SAMPLE]
    changed.pop("updated_at", None)
    return {name: after for name, (_, after) in changed.items()}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": "+39 1"}, {"phone": "+39 1"}),
        ({"phone": None}, {"phone": ""}),
        ({"name": "Ann Lee"}, {"fullname": "Ann Lee", "first_name": "Ann", "last_name": "Lee"}),
        ({"lastName": "Lee"}, {"fullname": "John Lee", "last_name": "Lee"}),
        ({"note": "n"}, {"note": "n"}),
        ({"taxIds": [{"kind": "COMPANY", "value": "T"}]}, {"tax_number": "T"}),
        ({"addresses": [{"line1": "Via Po 1", "city": "Torino"}]},
         {"address": "Via Po 1", "city": "Torino", "zip": ""}),
        ({"groupId": GOLD}, {"group": GOLD}),
        ({"tags": ["a", "b"]}, {"tags": ["a", "b"]}),
        ({"customFields": [{"key": "k", "value": 1}]}, {"custom_fields": {"k": "1"}}),
        ({"storeden": {"countryUid": 119, "stateUid": 6480}, "addresses": [{"postalCode": "10100"}]},
         {"country": "119", "state": "Milano", "zip": "10100", "address": "", "city": ""}),
    ],
)  # fmt: skip
async def test_an_update_changes_just_its_fields(
    shop: Shop, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert await change(shop, "customerUpdate", customer=fields) == expected


async def test_consent_is_written_by_its_own_call(shop: Shop) -> None:
    changed = await change(shop, "customerMarketingConsentUpdate", acceptsMarketing=True)
    assert changed.pop("consent_log")
    assert changed == {"accept_marketing": True}


async def test_tags_are_added_removed_and_replaced(shop: Shop) -> None:
    assert await change(shop, "customerTagsAdd", tags=["a", "b"]) == {"tags": ["a", "b"]}
    assert await change(shop, "customerTagsRemove", tags=["a"]) == {"tags": ["b"]}
    assert await change(shop, "customerTagsReplace", tags=["c"]) == {"tags": ["c"]}


async def test_a_group_is_entered_and_left(shop: Shop) -> None:
    assert await change(shop, "customerGroupAssign", groupId=GOLD) == {"group": GOLD}
    assert await change(shop, "customerGroupUnassign", groupId=GOLD) == {"group": None}
    again = await shop.write("customerGroupUnassign", id=record_id("storeden", SAMPLE), groupId=GOLD)
    assert again.statuses == {"negozio": "UNCHANGED"}


async def test_custom_fields_are_merged_and_cleared_by_key(shop: Shop) -> None:
    fields = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    assert await change(shop, "customerCustomFieldsSet", customFields=fields) == {
        "custom_fields": {"a": "1", "b": "2"}
    }
    cleared = await change(shop, "customerCustomFieldsSet", customFields=[{"key": "a", "value": None}])
    assert cleared == {"custom_fields": {"b": "2"}}


async def test_the_inline_address_is_changed_in_parts(shop: Shop) -> None:
    assert await change(shop, "customerAddressUpdate", address={"city": "Reno"}) == {"city": "Reno"}
    refused = await shop.write(
        "customerAddressCreate", id=record_id("storeden", SAMPLE), address={"city": "x"}
    )
    assert refused.codes == ["UNSUPPORTED"]


async def test_a_delete_is_permanent_and_touches_nobody_else(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write("customerDelete", id=record_id("storeden", SAMPLE))
    assert written.statuses == {"negozio": "APPLIED"}
    assert written.payload["customer"] is None
    assert set(shop.changes(before)) == {("storeden", SAMPLE)}
    assert SAMPLE not in shop.dump("storeden")


@pytest.mark.parametrize("mutation", ["customerRestore", "customerAddressDelete"])
async def test_what_the_vendor_cannot_do_is_unsupported_and_says_why(shop: Shop, mutation: str) -> None:
    more = {"addressId": "1"} if mutation == "customerAddressDelete" else {}
    written = await shop.write(mutation, id=record_id("storeden", SAMPLE), **more)
    assert written.codes == ["UNSUPPORTED"]
    assert shop.sent("storeden") == []


async def test_creating_writes_everything_that_was_given(shop: Shop) -> None:
    before = shop.dumps()
    customer = {
        "email": "new@x.example", "firstName": "Ann", "lastName": "Lee", "phone": "1", "mobile": "2", "website": "w",
        "note": "n", "acceptsMarketing": True, "tags": ["t"], "groupId": GOLD, "birthDate": "2000-01-01",
        "customFields": [{"key": "k", "value": "v"}], "storeden": {"sdi": "S", "pec": "P", "countryUid": 119},
        "addresses": [{"line1": "Via Po 1", "city": "Torino", "postalCode": "10100", "countryCode": "IT"}],
    }  # fmt: skip
    written = await shop.write("customerCreate", sources=["negozio"], customer=customer)
    assert written.statuses == {"negozio": "APPLIED"}, written.payload
    assert written.ignored == {"negozio": ["birthDate", "addresses.countryCode"]}
    ((vendor, key),) = shop.changes(before)
    made = shop.dump(vendor)[key]
    expected = {
        "fullname": "Ann Lee", "email": "new@x.example", "phone": "1", "mobile": "2", "website": "w", "note": "n",
        "accept_marketing": True, "tags": ["t"], "group": GOLD, "custom_fields": {"k": "v"}, "country": "119",
        "address": "Via Po 1", "city": "Torino", "zip": "10100", "metadata": {"sdi": "S", "pec": "P"},
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    assert written.payload["customer"]["email"] == "new@x.example"


async def test_an_address_that_is_taken_is_told_before_anything_is_sent(shop: Shop) -> None:
    written = await shop.write(
        "customerCreate", sources=["negozio"], customer={"email": "John.Smith@domain.tld", "name": "x"}
    )
    assert written.codes == ["ALREADY_EXISTS"]
    assert written.payload["userErrors"][0]["path"] == ["customer", "email"]
    assert shop.sent("storeden") == []


async def test_a_dry_run_tells_that_an_address_is_taken(shop: Shop) -> None:
    customer = {"email": "John.Smith@domain.tld", "name": "x"}
    written = await shop.write("customerCreate", sources=["negozio"], customer=customer, dryRun=True)
    assert written.codes == ["ALREADY_EXISTS"]


async def test_an_address_cannot_be_changed_unless_it_is_the_same(shop: Shop) -> None:
    target = record_id("storeden", SAMPLE)
    other = await shop.write("customerUpdate", id=target, customer={"email": "other@x.example", "phone": "9"})
    assert other.codes == ["UNSUPPORTED"]
    assert shop.sent("storeden") == []
    same = await shop.write(
        "customerUpdate", id=target, customer={"email": "John.Smith@Domain.tld", "phone": "9"}
    )
    assert same.statuses == {"negozio": "APPLIED"}


async def test_a_dry_run_writes_nothing(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write(
        "customerUpdate",
        id=record_id("storeden", SAMPLE),
        customer={"phone": "9", "website": "w"},
        dryRun=True,
    )
    assert written.statuses == {"negozio": "PLANNED"}
    assert written.ignored == {"negozio": ["website"]}
    assert shop.changes(before) == {}


async def test_what_is_so_already_is_not_sent(shop: Shop) -> None:
    written = await shop.write(
        "customerUpdate", id=record_id("storeden", SAMPLE), customer={"name": "John Smith"}
    )
    assert written.statuses == {"negozio": "UNCHANGED"}
    assert shop.sent("storeden") == []
