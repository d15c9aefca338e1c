"""Storeden's emulation against the samples and rules of its documents."""

from collections.abc import Callable

import httpx
import pytest

from gateway.sandbox import CREDENTIALS, Sandbox
from gateway.sandbox.credential import STOREDEN_READ

Reach = Callable[..., httpx.AsyncClient]

GUEST = "5b49a6a4deddac755c8cee7a"
REGISTERED = "569d08bb16f46ac71e7b23c6"
GROUP = "59fb00b016f46afa7d0031da"
WRITTEN = {"ok": 1, "nModified": 1, "n": 1, "err": None}
UNTOUCHED = {"ok": 1, "nModified": 0, "n": 1, "err": None}
PERSON = {"email": "john@example.com", "fullname": "John Smith"}


class Shop:
    """Storeden on the wire, for short tests."""

    def __init__(self, client: httpx.AsyncClient, sandbox: Sandbox) -> None:
        self.client, self.sandbox = client, sandbox

    async def get(self, path: str, **query: str | int) -> httpx.Response:
        return await self.client.get(f"/{path}.json", params=query)

    async def send(self, method: str, path: str, **form: str) -> httpx.Response:
        """Send a form; ``__`` in a name opens a bracket, so that a__b is a[b]."""
        data = {f"{name.replace('__', '[')}]" if "__" in name else name: text for name, text in form.items()}
        return await self.client.request(method, f"/{path}.json", data=data)

    async def ids(self, **query: str | int) -> list[str]:
        response = await self.get("clients/list", **query)
        assert response.status_code == 200, response.text
        return [row["id"] for row in response.json()]

    def record(self, identifier: str) -> dict[str, object]:
        """Everything the vendor knows of one customer, write-only fields included."""
        return next(one for one in self.sandbox.dump("storeden") if one["id"] == identifier)


@pytest.fixture
def shop(reach: Reach, sandbox: Sandbox) -> Shop:
    return Shop(reach(sandbox, "/storeden/v1.1", CREDENTIALS["storeden"]), sandbox)


@pytest.fixture
def contrary_shop(reach: Reach, contrary: Sandbox) -> Shop:
    return Shop(reach(contrary, "/storeden/v1.1", CREDENTIALS["storeden"]), contrary)


async def test_a_list_row_is_that_of_the_document(shop: Shop) -> None:
    response = await shop.get(
        "clients/list", nodes="fullname,accountType", created_at_from=1531553331, created_at_to=1531553333
    )
    assert response.json() == [
        {
            "id": "5b49a6a4deddac755c8cee7a",
            "fullname": "John Smith",
            "last_name": "Smith",
            "first_name": "John",
            "email": "john-smith@domain.tld",
            "created_at": "2018-07-14T09:28:52+02:00",
            "updated_at": None,
            "userUID": 0,
            "accept_marketing": False,
            "accountType": "guest",
        }
    ]


@pytest.mark.parametrize("by", [{"id": REGISTERED}, {"email": "john.smith@domain.tld"}])
async def test_a_detail_is_that_of_the_document(shop: Shop, by: dict[str, str]) -> None:
    assert (await shop.get("clients/client", **by)).json() == {
        "fullname": "John Smith",
        "website": "https://domain.com",
        "email": "john.smith@domain.tld",
        "phone": "+1 007 007 007",
        "mobile": "+10 07 007 007",
        "address": "3411 Las Vegas Blvd. South",
        "city": "Las Vegas",
        "zip": "NV89109",
        "state": "Nevada",
        "country": "254",
        "code": "",
        "userUID": 120007,
        "id": REGISTERED,  # the page's samples give one id to two e-mails
        "accountType": "registered",
    }


async def test_the_list_is_one_bare_array_of_everybody(shop: Shop) -> None:
    assert len(await shop.ids()) == len(shop.sandbox.dump("storeden")) == 62


async def test_bounds_of_a_range_are_excluded(shop: Shop) -> None:
    assert GUEST not in await shop.ids(created_at_from=1531553332, created_at_to=1531553400)
    assert GUEST not in await shop.ids(created_at_from=1531553300, created_at_to=1531553332)


async def test_a_range_of_changes_leaves_out_what_never_changed(shop: Shop) -> None:
    found = await shop.ids(updated_at_from=0, updated_at_to=4000000000)
    assert set(found) == {one["id"] for one in shop.sandbox.dump("storeden") if one["updated_at"]}
    assert GUEST not in found


async def test_half_a_range_is_refused(shop: Shop) -> None:
    assert (await shop.get("clients/list", created_at_from=1)).status_code == 400


@pytest.mark.parametrize("kind", ["guest", "registered"])
async def test_account_types_divide_the_list(shop: Shop, kind: str) -> None:
    rows = (await shop.get("clients/list", accountType=kind, nodes="accountType")).json()
    assert {row["accountType"] for row in rows} == {kind}
    assert len(rows) == sum(one["accountType"] == kind for one in shop.sandbox.dump("storeden"))


async def test_nodes_come_only_where_asked_for(shop: Shop) -> None:
    plain = (await shop.get("clients/list")).json()[0]
    more = (await shop.get("clients/list", nodes="custom_fields,fullname,accountType,group")).json()[0]
    assert set(more) - set(plain) == {"custom_fields", "accountType", "group"}


async def test_pages_walk_the_whole_list(shop: Shop) -> None:
    walked: list[str] = []
    while page := (await shop.get("clients/list_paginated", skip=len(walked))).json():
        assert len(page) <= 10
        walked += [row["id"] for row in page]
    assert walked == await shop.ids()


async def test_the_account_node_has_a_bucket_of_its_own(shop: Shop) -> None:
    answers = [await shop.get("clients/list_paginated", nodes="account", limit=1) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert answers[1].headers["X-Storeden-Limit"] == "3/5"
    assert (await shop.get("clients/list_paginated", limit=1)).status_code == 200


async def test_an_unknown_customer_is_an_error(shop: Shop) -> None:
    response = await shop.get("clients/client", id="0" * 24)
    assert (response.status_code, response.json()) == (404, {"ok": 0, "err": "Client not found"})


async def test_a_new_customer_is_answered_by_its_id_alone(shop: Shop) -> None:
    response = await shop.send(
        "POST", "clients/client", **PERSON, phone="1", website="https://a.example", countryUID="119",
        zip="20121", note="Rings twice", tax_number="IT1", metadata__sdi="ABC", metadata__pec="p@pec.example",
    )  # fmt: skip
    client = response.json()["client"]
    assert list(client) == ["id"]
    detail = (await shop.get("clients/client", id=client["id"])).json()
    assert (detail["fullname"], detail["country"], detail["accountType"]) == ("John Smith", "119", "guest")
    assert not {"note", "tax_number", "metadata", "tags"} & set(detail)
    record = shop.record(client["id"])
    assert (record["note"], record["tax_number"]) == ("Rings twice", "IT1")
    assert record["metadata"] == {"sdi": "ABC", "pec": "p@pec.example"}
    assert (record["created_at"], record["updated_at"]) == ("2026-07-01T14:00:00+02:00", None)


@pytest.mark.parametrize(
    "form",
    [
        {"fullname": "No Mail"},
        {"email": "a@example.com"},
        {"email": "a@example.com", "first_name": "Only"},
        {"email": "JOHN.SMITH@domain.tld", "fullname": "Again"},
        {"email": "a@example.com", "fullname": "A", "countryUID": "119", "zip": "XY"},
        {"email": "a@example.com", "fullname": "A", "countryUID": "99999"},
    ],
)
async def test_a_bad_or_double_customer_is_refused_and_not_made(shop: Shop, form: dict[str, str]) -> None:
    assert (await shop.send("POST", "clients/client", **form)).status_code == 400
    assert len(shop.sandbox.dump("storeden")) == 62


async def test_a_json_body_holds_no_field(shop: Shop) -> None:
    assert (await shop.client.post("/clients/client.json", json=PERSON)).status_code == 400


async def test_an_update_changes_what_is_given_and_nothing_else(shop: Shop) -> None:
    before = shop.record(REGISTERED)
    response = await shop.send(
        "PUT", "clients/client", id=REGISTERED, fullname="Jon Smith", note="Hi", region="Utah"
    )
    assert response.json() == WRITTEN | {"updatedExisting": True}
    changed = {"fullname": "Jon Smith", "first_name": "Jon", "note": "Hi", "state": "Utah"}
    assert shop.record(REGISTERED) == before | changed | {"updated_at": "2026-07-01T14:00:00+02:00"}


async def test_an_update_needs_a_name(shop: Shop) -> None:
    assert (await shop.send("PUT", "clients/client", id=REGISTERED, note="Hi")).status_code == 400


@pytest.mark.parametrize("field", ["email", "mobile", "website"])
async def test_an_update_leaves_what_cannot_change(shop: Shop, field: str) -> None:
    before = shop.record(REGISTERED)
    response = await shop.send(
        "PUT", "clients/client", id=REGISTERED, fullname="John Smith", **{field: "new"}
    )
    assert response.json() == UNTOUCHED | {"updatedExisting": True}
    assert shop.record(REGISTERED) == before


async def test_a_write_to_nobody_is_a_receipt_that_found_none(shop: Shop) -> None:
    response = await shop.send("PUT", "clients/client", id="0" * 24, fullname="Nobody")
    assert response.json() == {"ok": 1, "nModified": 0, "n": 0, "err": None, "updatedExisting": False}


async def test_a_deleted_customer_is_gone(shop: Shop) -> None:
    assert (await shop.send("DELETE", "clients/client", id=GUEST)).json() == {"ok": 1, "err": None}
    assert GUEST not in await shop.ids()
    assert (await shop.send("DELETE", "clients/client", id=GUEST)).status_code == 404


async def test_a_group_is_given_and_taken_with_before_and_after(shop: Shop) -> None:
    given = await shop.send("PUT", "clients/client2group", id=REGISTERED, group_id=GROUP)
    assert given.json() == {"id": REGISTERED, "group": {"before": "", "after": GROUP}}
    rows = {row["id"]: row for row in (await shop.get("clients/list", nodes="group")).json()}
    assert rows[REGISTERED]["group"] == GROUP
    taken = await shop.send("DELETE", "clients/client2group", id=REGISTERED)
    assert taken.json() == {"id": REGISTERED, "group": {"before": GROUP, "after": None}}


async def test_an_empty_group_takes_the_group(shop: Shop) -> None:
    await shop.send("PUT", "clients/client2group", id=REGISTERED, group_id=GROUP)
    await shop.send("PUT", "clients/client2group", id=REGISTERED, group_id="")
    assert shop.record(REGISTERED)["group"] is None


async def test_tags_are_replaced_added_and_removed(shop: Shop) -> None:
    """POST replaces, PUT adds the missing, DELETE removes the listed."""
    for method, tags, expected in (
        ("POST", "test_tag_3,test_tag1", ["test_tag_3", "test_tag1"]),
        ("PUT", "test_tag_3,test_tag5", ["test_tag_3", "test_tag1", "test_tag5"]),
        ("DELETE", "test_tag5,test_tag1", ["test_tag_3"]),
    ):
        assert (await shop.send(method, "clients/tags", id=REGISTERED, tags=tags)).json() == WRITTEN
        assert shop.record(REGISTERED)["tags"] == expected


async def test_of_id_and_email_the_id_wins(shop: Shop) -> None:
    await shop.send("POST", "clients/tags", id=REGISTERED, email="john-smith@domain.tld", tags="x")
    assert (shop.record(REGISTERED)["tags"], shop.record(GUEST)["tags"]) == (["x"], [])


@pytest.mark.parametrize("names", [("email[]", "email[]"), ("email[0]", "email[1]")])
async def test_a_batch_names_its_customers_in_either_spelling(shop: Shop, names: tuple[str, str]) -> None:
    emails = "&".join(
        f"{name}={email}@domain.tld" for name, email in zip(names, ("john.smith", "john-smith"), strict=True)
    )
    response = await shop.client.put(
        "/clients/batchTags.json",
        content=f"{emails}&tags=a,b",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert response.json() == WRITTEN | {"nModified": 2}
    assert shop.record(REGISTERED)["tags"] == shop.record(GUEST)["tags"] == ["a", "b"]


async def test_a_star_for_the_email_is_everybody(shop: Shop) -> None:
    assert (await shop.send("POST", "clients/batchTags", email="*", tags="all")).json()["nModified"] == 62
    assert all(one["tags"] == ["all"] for one in shop.sandbox.dump("storeden"))


async def test_a_batch_without_customers_changes_nobody(shop: Shop) -> None:
    before = shop.sandbox.dump("storeden")
    assert (await shop.send("POST", "clients/batchTags", email="", tags="all")).status_code == 400
    assert shop.sandbox.dump("storeden") == before


@pytest.mark.parametrize(
    ("tag", "left"), [("new*", ["old"]), ("new", ["new_1", "old"]), ("n", ["new", "new_1", "old"])]
)
async def test_a_star_at_a_tags_end_is_a_wildcard(shop: Shop, tag: str, left: list[str]) -> None:
    await shop.send("POST", "clients/tags", id=GUEST, tags="new,new_1,old")
    await shop.send("DELETE", "clients/batchTags", email="john-smith@domain.tld", tag=tag)
    assert shop.record(GUEST)["tags"] == left


async def test_consent_is_set_and_logged(shop: Shop) -> None:
    response = await shop.send("PUT", "clients/accept_marketing", id=GUEST, accept_marketing="true")
    assert response.json() == WRITTEN | {"errmsg": None, "updatedExisting": True, "message": "Field changed"}
    assert shop.record(GUEST)["accept_marketing"] is True
    assert shop.record(GUEST)["consent_log"] == [{"at": 1782907200, "accept_marketing": True}]


@pytest.mark.parametrize("value", ["1", "yes", ""])
async def test_consent_is_true_or_false_in_words(shop: Shop, value: str) -> None:
    response = await shop.send("PUT", "clients/accept_marketing", id=GUEST, accept_marketing=value)
    assert response.status_code == 400


async def test_custom_fields_are_merged_and_an_empty_one_removed(shop: Shop) -> None:
    await shop.send("PUT", "clients/custom_fields", id=GUEST, custom_fields__a="1", custom_fields__b="2")
    response = await shop.send(
        "PUT", "clients/custom_fields", id=GUEST, custom_fields__a="", custom_fields__c="3"
    )
    assert response.json() == WRITTEN | {"errmsg": None, "updatedExisting": True}
    rows = {row["id"]: row for row in (await shop.get("clients/list", nodes="custom_fields")).json()}
    assert rows[GUEST]["custom_fields"] == {"b": "2", "c": "3"}


async def test_groups_are_listed_made_and_read_as_an_array_of_one(shop: Shop) -> None:
    made = (await shop.send("POST", "customergroup/group", name="Silver", color="#ccc")).json()["id"]
    group = (await shop.get("customergroup/group", id=made)).json()
    assert group == [{"id": made, "name": "Silver", "label_color": "#ccc", "description": "", "metadata": []}]
    assert group[0] in (await shop.get("customergroup/list")).json()


async def test_an_address_book_begins_with_the_inline_address(shop: Shop) -> None:
    form = {
        "uid": "120007", "fullname": "J", "email": "j@example.com", "address": "Via Po 1", "postal_code": "10121",
        "city": "Torino", "state": "6483", "country": "119",
    }  # fmt: skip
    assert (await shop.send("POST", "useraccount/address", **form)).status_code == 200
    book = (await shop.get("useraccount/addresses", uid=120007)).json()
    assert book["count"] == 2
    inline, added = book["addresses"]
    assert (inline["address"], inline["principalAddress"], inline["country"]) == (
        "3411 Las Vegas Blvd. South",
        True,
        "254",
    )
    assert (added["stateName"], added["countryName"], added["principalAddress"]) == ("Torino", "Italy", False)


async def test_guests_have_no_address_book(shop: Shop) -> None:
    assert (await shop.get("useraccount/addresses", uid=0)).json() == {"count": 0, "addresses": []}


@pytest.mark.parametrize(
    "headers", [{}, {"key": "sandbox-key"}, {"key": "x", "exchange": "sandbox-exchange"}]
)
async def test_wrong_credentials_are_refused(reach: Reach, sandbox: Sandbox, headers: dict[str, str]) -> None:
    response = await reach(sandbox, "/storeden/v1.1", headers).get("/clients/list.json")
    assert response.status_code == 401


async def test_a_read_key_cannot_write(reach: Reach, sandbox: Sandbox) -> None:
    client = reach(sandbox, "/storeden/v1.1", STOREDEN_READ)
    assert (await client.get("/clients/list.json")).status_code == 200
    assert (await client.post("/clients/client.json", data=PERSON)).status_code == 403
    assert len(sandbox.dump("storeden")) == 62


async def test_the_daily_quota_ends_in_509(reach: Reach, sandbox: Sandbox) -> None:
    client = reach(sandbox, "/storeden/v1.1", CREDENTIALS["storeden"])
    limit = sandbox.limit("storeden")
    for _ in range(99_999):
        limit.take()
    statuses = [(await client.get("/customergroup/list.json")).status_code for _ in range(2)]
    assert statuses == [200, 509]


async def test_contrary_errors_are_200_with_an_error(contrary_shop: Shop) -> None:
    response = await contrary_shop.get("clients/client", id="0" * 24)
    assert (response.status_code, response.json()) == (200, {"error": "Client not found"})


async def test_contrary_ranges_include_their_bounds(contrary_shop: Shop) -> None:
    assert await contrary_shop.ids(created_at_from=1531553332, created_at_to=1531553332) == [GUEST]


async def test_contrary_groups_are_objects(contrary_shop: Shop) -> None:
    await contrary_shop.send("PUT", "clients/client2group", id=GUEST, group_id=GROUP)
    rows = (await contrary_shop.get("clients/list", nodes="group")).json()
    assert [row["group"] for row in rows if row["id"] == GUEST] == [{"id": GROUP, "name": "Gold"}]
