"""Open2b's emulation over HTTP, against the vendor's page and the marked assumptions."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.sandbox import CREDENTIALS, Sandbox, SandboxOptions, TextSearch, create_app
from gateway.sandbox.open2b_rule import read
from gateway.sandbox.open2b_write import CREATE

Reach = Callable[..., httpx.AsyncClient]
Ask = Callable[..., Awaitable[dict[str, Any]]]
HEADERS = {"X-Secret-Key": CREDENTIALS["open2b"]["secret_key"]}
SAMPLE_ID = 37091
STREET = {"street1": "221b Baker Street", "street2": "", "city": "London", "postalCode": "NW1 6XE"}
PLACE = STREET | {"stateProv": "LND", "country": "GB"}
SAMPLE: dict[str, Any] = {
    "id": SAMPLE_ID,
    "code": "TF78123",
    "canLogin": True,
    "hasPassword": True,
    "locale": "en-GB",
    "creationTime": "2020-05-21 16:49:13",
    "loginTime": "2020-12-13 12:05:44",
    "updateTime": "2020-12-05 09:24:01",
    "group": 3,
    "collection": 8,
    "invoiceRecipient": "AB7TR6K",
    "fullName": "Investigations Inc",
    "billingAddress": PLACE
    | {
        "firstName": "Sherlock",
        "lastName": "Holmes",
        "personalCode": "SH239IBA",
        "companyName": "Investigations Inc",
        "companyCode": "INV8403MC1",
        "companyCode2": "7J BA3 006",
        "phoneNumber": "+44+207 2243688",
        "mobileNumber": "",
        "faxNumber": "",
        "email": "holmes@inv-london.com",
    },
    "shippingAddress": PLACE | {"name": "John"},
}
"""Every value that the page's sample gives whole."""
BILLING = {
    "firstName": "Irene",
    "lastName": "Adler",
    "street1": "Briony Lodge",
    "city": "London",
    "postalCode": "NW8",
    "country": "GB",
    "email": "irene@example.com",
}


def asker(client: httpx.AsyncClient) -> Ask:
    """Calls a method and gives its reply, always HTTP 200."""

    async def ask(method: str, **request: object) -> dict[str, Any]:
        response = await client.post(f"/api/v13/commerce.{method}", json=request)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    return ask


@pytest.fixture
def client(reach: Reach, sandbox: Sandbox) -> httpx.AsyncClient:
    return reach(sandbox, "/open2b", HEADERS)


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    return asker(client)


@pytest.fixture
def ask_contrary(reach: Reach, contrary: Sandbox) -> Ask:
    return asker(reach(contrary, "/open2b", HEADERS))


async def ids(ask: Ask, **request: object) -> list[int]:
    reply = await ask("customers.find", fields=["id"], **{"limit": 100, **request})
    return [customer["id"] for customer in reply["customers"]]


async def failure(ask: Ask, method: str, **request: object) -> tuple[str, str]:
    """The field and type of a business error."""
    reply = await ask(method, **request)
    assert reply["status"] == "error", reply
    return reply["error"]["field"], reply["error"]["type"]


async def test_the_sample_comes_back_field_by_field(ask: Ask) -> None:
    got = (await ask("customers.get", id=SAMPLE_ID))["customer"]
    assert {name: got[name] for name in SAMPLE} == SAMPLE
    assert set(got) - set(SAMPLE) == {"encryptedPassword", "collections", "wishList", "cart"}
    assert len(got["encryptedPassword"]) == 45
    assert got["encryptedPassword"].startswith("foY5/eLc93Wu5")
    assert got["collections"] == [22, 54]
    assert got["wishList"] == [340, 981, 18]
    assert len(got["cart"]) == 32
    assert (got["cart"][:10], got["cart"][-10:]) == ("RtRi8JWsxK", "TMwTA1UJtg")
    found = (await ask("customers.find", conditions={"ids": [SAMPLE_ID]}))["customers"]
    assert found == [got]


async def test_the_sample_is_first_and_found_by_each_condition(ask: Ask, sandbox: Sandbox) -> None:
    assert (await ids(ask))[0] == SAMPLE_ID == sandbox.dump("open2b")[0]["id"]
    conditions: dict[str, object] = {
        "ids": [SAMPLE_ID, 999_999_999],
        "code": "TF78123",
        "email": "Holmes@Inv-London.com",
        "personalCode": "SH239IBA",
        "companyCode": "INV8403MC1",
        "keywords": "investig",
        "stateProv": "LND",
        "country": "GB",
        "group": 3,
        "canLogin": True,
        "labels": [1],
    }
    for name, value in conditions.items():
        assert SAMPLE_ID in await ids(ask, conditions={name: value}), name
    assert await ids(ask, conditions=conditions) == [SAMPLE_ID]
    assert SAMPLE_ID not in await ids(ask, conditions={"after": SAMPLE_ID})


async def test_each_condition_gives_what_the_documents_say_and_counts_it(ask: Ask, sandbox: Sandbox) -> None:
    everyone = sandbox.dump("open2b")

    async def same(conditions: dict[str, object], test: Callable[[dict[str, Any]], bool]) -> None:
        expected = [one["id"] for one in everyone if test(one)]
        assert await ids(ask, conditions=conditions) == expected
        assert (await ask("customers.count", conditions=conditions))["count"] == len(expected)

    await same({}, lambda _: True)
    await same({"canLogin": False}, lambda one: not one["canLogin"])
    await same({"group": 1}, lambda one: one["group"] == 1)
    await same(
        {"country": "IT"},
        lambda one: "IT" in {(one[at] or {}).get("country") for at in ("billingAddress", "shippingAddress")},
    )
    await same({"labels": [3, 9]}, lambda one: bool({3, 9} & set(one["labels"])))
    await same({"after": 100_030}, lambda one: one["id"] > 100_030)
    await same({"code": ""}, lambda one: one["code"] == "")
    await same({"ids": []}, lambda _: False)


@pytest.mark.parametrize(
    "key", ["id", "code", "canLogin", "hasPassword", "creationTime", "updateTime", "group"]
)
async def test_every_order_runs_both_ways(ask: Ask, key: str) -> None:
    reply = await ask("customers.find", fields=["id", key], order=[key, "id"], limit=100)
    rows = [(one[key] if key != "code" else one[key].lower(), one["id"]) for one in reply["customers"]]
    assert rows == sorted(rows)
    assert await ids(ask, order=[f"-{key}", "-id"]) == [identifier for _, identifier in reversed(rows)]


async def test_text_orders_ignore_case(ask: Ask) -> None:
    for key in ("email", "fullName", "country"):
        reply = await ask("customers.find", order=[key], limit=100)
        values = [(one["billingAddress"] | one)[key].lower() for one in reply["customers"]]
        assert len(values) == 61
        if key == "country":
            assert values == sorted(values)


async def test_the_limit_is_ten_unless_told_and_cut_at_a_hundred(reach: Reach) -> None:
    with create_app(SandboxOptions(size=130)) as sandbox:
        ask = asker(reach(sandbox, "/open2b", HEADERS))
        assert len((await ask("customers.find"))["customers"]) == 10
        assert len(await ids(ask, limit=1000)) == 100
        assert len(await ids(ask, limit=1000, first=100)) == 31
        assert await ids(ask, first=500) == []


async def test_fields_select_and_an_empty_list_gives_empty_objects(ask: Ask) -> None:
    reply = await ask("customers.get", id=SAMPLE_ID, fields=["id", "billingAddress"])
    assert set(reply["customer"]) == {"id", "billingAddress"}
    assert (await ask("customers.get", id=SAMPLE_ID, fields=[]))["customer"] == {}
    assert await failure(ask, "customers.get", id=SAMPLE_ID, fields=["nope"]) == ("unknown", "UnknownField")
    assert await failure(ask, "customers.get", id=1, fields=["billingAddress.email"]) == (
        "unknown",
        "UnknownField",
    )


async def test_an_unknown_customer_is_null_not_found_or_nothing(ask: Ask) -> None:
    assert await ask("customers.get", id=5) == {"status": "ok", "customer": None}
    assert await failure(ask, "customers.update", id=5, customer={}) == ("id", "NotFound")
    assert await ask("customers.delete", ids=[5]) == {"status": "ok"}


async def test_errors_of_the_transport_are_no_json(
    client: httpx.AsyncClient, reach: Reach, sandbox: Sandbox
) -> None:
    path = "/api/v13/commerce.customers.find"
    got = await client.get(path)
    assert (got.status_code, got.headers["content-type"].split(";")[0]) == (405, "text/plain")
    assert (await client.post("/api/v13/commerce.nothing")).status_code == 404
    assert (await client.post(path, content=b"{")).status_code == 400
    missing = await reach(sandbox, "/open2b").post(path)
    wrong = await reach(sandbox, "/open2b", {"X-Secret-Key": "guess"}).post(path)
    assert (missing.status_code, missing.text) == (403, "Forbidden, missing key")
    assert (wrong.status_code, wrong.text) == (403, "Forbidden, malformed key")


async def test_a_thousand_calls_in_five_minutes_are_the_most(client: httpx.AsyncClient) -> None:
    path = "/api/v13/commerce.customers.count"
    statuses = [(await client.post(path)).status_code for _ in range(1001)]
    assert statuses == [200] * 1000 + [429]
    last = await client.post(path)
    assert 0 < int(last.headers["retry-after"]) <= 301
    assert last.headers["content-type"].startswith("text/plain")


async def test_requests_are_checked_with_the_common_errors(ask: Ask) -> None:
    find = "customers.find"
    assert await failure(ask, find, conditions={"phone": "1"}) == ("unknown", "UnknownField")
    assert await failure(ask, find, limit=0) == ("limit", "InvalidValue")
    assert await failure(ask, find, limit="10") == ("limit", "Malformed")
    assert await failure(ask, find, conditions={"canLogin": 1}) == ("conditions.canLogin", "Malformed")
    assert await failure(ask, find, conditions={"group": 256}) == ("conditions.group", "InvalidValue")
    assert await failure(ask, find, conditions={"labels": [33]}) == ("conditions.labels", "InvalidValue")
    assert await failure(ask, find, conditions={"country": "gb"}) == ("conditions.country", "InvalidValue")
    assert await failure(ask, find, order=["loginTime"]) == ("order", "InvalidValue")
    assert await failure(ask, "customers.get") == ("id", "Missing")


async def test_a_created_customer_lasts_with_the_defaults(ask: Ask) -> None:
    reply = await ask("customers.create", customer={"billingAddress": BILLING})
    assert set(reply) == {"status", "id"}
    got = (await ask("customers.get", id=reply["id"]))["customer"]
    assert got["fullName"] == "Irene Adler"
    assert (got["group"], got["code"], got["canLogin"], got["hasPassword"]) == (1, "", False, False)
    assert got["creationTime"] == got["updateTime"] == "2026-07-01 12:00:00"
    assert got["billingAddress"] == dict.fromkeys(SAMPLE["billingAddress"], "") | BILLING
    assert got["shippingAddress"] is None


REFUSED_CREATIONS = [
    ({"canLogin": True}, "password", "Missing"),
    ({"canLogin": True, "password": None}, "canLogin", "InvalidValue"),
    ({"code": "tf78123"}, "code", "AlreadyExists"),
    ({"collection": 22}, "collection", "InvalidValue"),
    ({"collection": 77}, "collection", "NotFound"),
    ({"collections": list(range(1, 102))}, "collections", "InvalidValue"),
    ({"collections": [22, 22]}, "collections", "Malformed"),
    ({"collections": [8]}, "collections", "InvalidValue"),
    ({"collections": [77]}, "collections", "NotFound"),
    ({"creationTime": "2026-07-01 12:00:01"}, "creationTime", "InvalidValue"),
    ({"creationTime": "2026-07-01"}, "creationTime", "Malformed"),
    (
        {"creationTime": "2020-01-02 00:00:00", "loginTime": "2020-01-01 00:00:00"},
        "loginTime",
        "InvalidValue",
    ),
    ({"loginTime": "2026-07-02 00:00:00"}, "loginTime", "InvalidValue"),
    ({"group": 200}, "group", "NotFound"),
    ({"group": None}, "group", "Malformed"),
    ({"invoiceRecipient": "no"}, "invoiceRecipient", "Malformed"),
    ({"locale": "english"}, "locale", "InvalidValue"),
    ({"locale": "en_GB"}, "locale", "Malformed"),
    ({"password": {"value": "short"}}, "password", "Malformed"),
    ({"password": {"value": "much too long a password"}}, "password", "Malformed"),
    ({"password": {"value": "I9bV2crS", "cryptedBy": "Open2b"}}, "password", "Malformed"),
    ({"cart": "x" * 32}, "unknown", "UnknownField"),
    ({"fullName": "Irene"}, "unknown", "UnknownField"),
    ({"shippingAddress": {"name": "I"}}, "shippingAddress.street1", "Missing"),
    ({"billingAddress": BILLING | {"email": "nobody"}}, "email", "InvalidValue"),
    ({"billingAddress": BILLING | {"firstName": "x" * 26}}, "billingAddress.firstName", "InvalidValue"),
    ({"billingAddress": {"email": "irene@example.com"}}, "billingAddress.firstName", "Missing"),
    (
        {
            "canLogin": True,
            "password": {"value": "I9bV2crS"},
            "billingAddress": BILLING | {"email": "HOLMES@inv-london.com"},
        },
        "email",
        "AlreadyExists",
    ),
]


@pytest.mark.parametrize(("change", "field", "kind"), REFUSED_CREATIONS)
async def test_each_documented_error_refuses_the_creation(
    ask: Ask, sandbox: Sandbox, change: dict[str, Any], field: str, kind: str
) -> None:
    before = len(sandbox.dump("open2b"))
    request = {"billingAddress": BILLING} | change
    assert await failure(ask, "customers.create", customer=request) == (field, kind)
    assert len(sandbox.dump("open2b")) == before


async def test_creation_needs_a_billing_address(ask: Ask) -> None:
    assert await failure(ask, "customers.create", customer={}) == ("billingAddress", "Missing")


async def test_an_email_is_shared_by_those_who_cannot_log_in(ask: Ask) -> None:
    holmes = BILLING | {"email": "holmes@inv-london.com"}
    await ask("customers.create", customer={"billingAddress": holmes, "password": {"value": "I9bV2crS"}})
    assert len(await ids(ask, conditions={"email": "holmes@inv-london.com"})) == 2


async def test_left_out_fields_stay_and_a_sent_block_replaces(ask: Ask) -> None:
    assert await ask("customers.update", id=SAMPLE_ID, customer={"code": "", "shippingAddress": None}) == {
        "status": "ok"
    }
    got = (await ask("customers.get", id=SAMPLE_ID))["customer"]
    assert (got["code"], got["shippingAddress"], got["updateTime"]) == ("", None, "2026-07-01 12:00:00")
    assert got["billingAddress"] == SAMPLE["billingAddress"]
    await ask("customers.update", id=SAMPLE_ID, customer={"billingAddress": BILLING})
    got = (await ask("customers.get", id=SAMPLE_ID))["customer"]
    assert (got["fullName"], got["billingAddress"]["companyName"]) == ("Irene Adler", "")


async def test_the_contrary_reading_merges_a_sent_block(ask_contrary: Ask) -> None:
    await ask_contrary("customers.update", id=SAMPLE_ID, customer={"billingAddress": BILLING})
    got = (await ask_contrary("customers.get", id=SAMPLE_ID))["customer"]
    assert (got["billingAddress"]["email"], got["fullName"]) == ("irene@example.com", "Investigations Inc")


async def test_an_update_knows_its_own_errors(ask: Ask) -> None:
    update = "customers.update"
    assert await failure(ask, update, id=SAMPLE_ID, customer={"cart": "x" * 32}) == ("cart", "NotFound")
    assert await failure(ask, update, id=SAMPLE_ID, customer={"password": None}) == (
        "canLogin",
        "InvalidValue",
    )
    assert (await ask(update, id=SAMPLE_ID, customer={"password": None, "canLogin": False}))["status"] == "ok"
    assert await failure(ask, update, id=SAMPLE_ID, customer={"canLogin": True}) == (
        "canLogin",
        "InvalidValue",
    )
    assert (await ask(update, id=SAMPLE_ID, customer={"code": "TF78123", "cart": None}))["status"] == "ok"


async def test_authenticate_gives_the_previous_login_and_keeps_the_new_one(ask: Ask) -> None:
    who = {"email": "holmes@inv-london.com", "password": "foY5/eLc93Wu5"}
    assert (await ask("customers.authenticate", **(who | {"password": "wrong"})))["customer"] is None
    got = await ask("customers.authenticate", fields=["loginTime"], **who)
    assert got["customer"] == {"loginTime": "2020-12-13 12:05:44"}
    assert (await ask("customers.authenticate", fields=[], **who))["customer"] == {}
    after = (await ask("customers.get", id=SAMPLE_ID))["customer"]
    assert (after["loginTime"], after["updateTime"]) == ("2026-07-01 12:00:00", SAMPLE["updateTime"])


async def test_another_shops_password_still_works(ask: Ask) -> None:
    digest = hashlib.md5(b"absecret99", usedforsecurity=False).hexdigest()
    password = {"value": f"{digest}:ab", "cryptedBy": "osCommerce"}
    customer = {"billingAddress": BILLING, "password": password, "canLogin": True}
    identifier = (await ask("customers.create", customer=customer))["id"]
    who = {"email": BILLING["email"], "fields": ["id"]}
    assert (await ask("customers.authenticate", password="guess", **who))["customer"] is None
    assert (await ask("customers.authenticate", password="secret99", **who))["customer"] == {"id": identifier}


async def test_deleting_takes_several_and_never_gives_an_id_again(ask: Ask, sandbox: Sandbox) -> None:
    last = sandbox.dump("open2b")[-1]["id"]
    assert await ask("customers.delete", ids=[SAMPLE_ID, last]) == {"status": "ok"}
    assert await ids(ask, conditions={"ids": [SAMPLE_ID, last]}) == []
    assert (await ask("customers.create", customer={"billingAddress": BILLING}))["id"] == last + 1


async def test_labels_are_read_and_written_for_many_customers(ask: Ask) -> None:
    find = {"type": "Customer", "resources": [SAMPLE_ID, 5]}
    assert (await ask("labels.find", conditions=find))["labels"] == {str(SAMPLE_ID): [1, 3]}
    change = {"type": "Customer", "resources": [SAMPLE_ID, 5]}
    await ask("labels.add", ids=[64, 2], **change)
    assert (await ask("labels.find", conditions=find))["labels"] == {str(SAMPLE_ID): [1, 2, 3, 64]}
    await ask("labels.remove", ids=[1, 7], **change)
    named = find | {"mustHaveName": True}
    assert (await ask("labels.find", conditions=named))["labels"] == {str(SAMPLE_ID): [3]}
    await ask("labels.replace", ids=[32], **change)
    assert await ids(ask, conditions={"labels": [32], "ids": [SAMPLE_ID]}) == [SAMPLE_ID]
    assert (await ask("labels.find", conditions=find | {"type": "Order"}))["labels"] == {}


async def test_label_requests_have_their_own_errors(ask: Ask, reach: Reach, sandbox: Sandbox) -> None:
    many = {"type": "Customer", "resources": list(range(1, 1002))}
    assert await failure(ask, "labels.find", conditions=many) == ("resources", "Malformed")
    twice = {"type": "Customer", "resources": [1, 1]}
    assert await failure(ask, "labels.find", conditions=twice) == ("resources", "Malformed")
    one = {"type": "Customer", "resources": [1]}
    assert await failure(ask, "labels.add", ids=[2, 2], **one) == ("ids", "Malformed")
    assert await failure(ask, "labels.add", ids=[65], **one) == ("ids", "InvalidValue")
    basic = asker(reach(sandbox, "/open2b", {"X-Secret-Key": "sandbox-open2b-basic"}))
    assert (await failure(basic, "labels.find", conditions=one))[1] == "AccessDenied"
    assert (await failure(basic, "customers.find", conditions={"labels": [1]}))[1] == "AccessDenied"


async def test_groups_are_listed(ask: Ask) -> None:
    groups = (await ask("customer-groups.find", fields=["id", "code", "name"], limit=255))["groups"]
    assert {"id": 3, "code": "RESELLERS", "name": "Resellers"} in groups
    default = await ask("customer-groups.find", conditions={"isDefault": True}, fields=["id"])
    assert default["groups"] == [{"id": 1}]
    names = [one["name"] for one in (await ask("customer-groups.find", order=["-name"], first=1))["groups"]]
    assert names == sorted((group["name"] for group in groups), reverse=True)[1:]


def test_those_who_can_log_in_never_share_an_email() -> None:
    with create_app(SandboxOptions(size=3000)) as sandbox:
        people = sandbox.dump("open2b")
    emails = [one["billingAddress"]["email"].lower() for one in people]
    assert len(set(emails)) < len(emails)
    free = [one["billingAddress"]["email"].lower() for one in people if one["hasPassword"]]
    assert len(set(free)) == len(free) > 1000


def test_the_population_keeps_the_vendors_own_rules() -> None:
    with create_app(SandboxOptions(size=3000)) as sandbox:
        people = sandbox.dump("open2b")
    writable = (
        "code",
        "canLogin",
        "locale",
        "creationTime",
        "loginTime",
        "group",
        "collection",
        "collections",
    )
    blocks = ("wishList", "invoiceRecipient", "billingAddress", "shippingAddress")
    for one in people:
        customer = {name: one[name] for name in writable + blocks}
        assert read(CREATE, {"customer": customer}) == {"customer": customer}
        assert one["loginTime"] is None or one["creationTime"] <= one["loginTime"]
        assert one["creationTime"] <= one["updateTime"]
        assert set(one["labels"]) <= set(range(1, 33))
    codes = [one["code"] for one in people if one["code"]]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(("search", "found"), [(TextSearch.FOLDING, True), (TextSearch.SENSITIVE, False)])
async def test_keywords_fold_accents_only_where_told(reach: Reach, search: TextSearch, found: bool) -> None:
    with create_app(SandboxOptions(size=1, text_search=search)) as sandbox:
        ask = asker(reach(sandbox, "/open2b", HEADERS))
        named = BILLING | {"firstName": "Zoë", "lastName": "Strauß"}
        identifier = (await ask("customers.create", customer={"billingAddress": named}))["id"]
        assert (identifier in await ids(ask, conditions={"keywords": "ZOE strauss"})) is found
        assert identifier in await ids(ask, conditions={"keywords": "ZOË"})


async def test_the_contrary_readings_differ(ask_contrary: Ask) -> None:
    """What the page leaves open, read the other way."""
    find, get = "customers.find", "customers.get"
    assert "encryptedPassword" not in (await ask_contrary(get, id=SAMPLE_ID))["customer"]
    part = await ask_contrary(get, id=SAMPLE_ID, fields=["billingAddress.city"])
    assert part["customer"] == {"billingAddress": {"city": "London"}}
    assert await ids(ask_contrary, conditions={"email": "HOLMES@inv-london.com"}) == []
    assert await ids(ask_contrary, conditions={"email": "holmes@inv-london.com"}) == [SAMPLE_ID]
    assert await ids(ask_contrary, conditions={"ids": [SAMPLE_ID], "labels": [1, 2]}) == []
    assert await ids(ask_contrary, conditions={"keywords": "vestigations"}) == []
    assert await ids(ask_contrary, conditions={"keywords": "investig"}) == [SAMPLE_ID]
    assert (await failure(ask_contrary, find, conditions={"group": 256}))[0] == "group"
    assert await failure(ask_contrary, "customers.delete", ids=[5, SAMPLE_ID]) == ("ids", "NotFound")
    assert len((await ask_contrary(find, limit=1000))["customers"]) == 61


async def test_what_is_dumped_can_be_loaded(sandbox: Sandbox, ask: Ask) -> None:
    everyone = sandbox.dump("open2b")
    sandbox.load("open2b", everyone)
    assert sandbox.dump("open2b") == everyone
    sandbox.load("open2b", [{"billingAddress": {"firstName": "A", "lastName": "B", "email": "a@b.example"}}])
    assert (await ask("customers.find", fields=["fullName"]))["customers"] == [{"fullName": "A B"}]
