"""What an explanation shows of a call and of a filter: what is known to be harmless, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from gateway.explain.mask import MASK, shown_body, shown_parameters, shown_path
from gateway.explain.wording import condition_words
from gateway.planner.evaluation import samples
from gateway.query import FALSE, TRUE, And, Comparison, Condition, FilterField, Not, Operator, Or
from gateway.spec import AnySpec
from gateway.vendors import SPECS

HARMLESS = frozenset({"page", "ids", "since", "fields"})
CITY = Comparison(FilterField.CITY, Operator.EQ, "Roma")
TELLING = {
    FilterField.SEARCH,
    FilterField.NAME,
    FilterField.EMAIL,
    FilterField.PHONE,
    FilterField.COMPANY,
    FilterField.TAX_ID,
    FilterField.CODE,
    FilterField.CITY,
    FilterField.TAGS,
    FilterField.GROUPS,
}


def test_a_parameter_that_nobody_declared_harmless_shows_its_name_alone() -> None:
    told = shown_parameters((("page", "2"), ("q", "ann"), ("page", "3")), HARMLESS)
    assert told == {"page": "2, 3", "q": MASK}


@pytest.mark.parametrize(
    "value", ["ann@x.example", "Ann Smith", "ann%40x", "+39 06 555", "İş", "a\nb", '"a"']
)
def test_a_harmless_parameter_with_the_form_of_a_text_is_masked_too(value: str) -> None:
    assert shown_parameters((("ids", value),), HARMLESS) == {"ids": MASK}


@pytest.mark.parametrize(
    "value", ["", "1,2,3", "-created_at", "2026-01-01T00:00:00+00:00", "2026-01-01 10:00:59", "5f0c-9a"]
)
def test_numbers_ids_names_and_times_are_shown(value: str) -> None:
    assert shown_parameters((("since", value),), HARMLESS) == {"since": value}


def test_of_a_body_the_values_under_harmless_keys_are_shown() -> None:
    body = msgspec.json.encode(
        {"conditions": {"email": "a@x", "ids": [1, 2]}, "fields": ["id"], "page": 1, "a@x": {"b c": None}}
    )
    told = {"conditions": {"email": MASK, "ids": [1, 2]}, "fields": ["id"], "page": 1, MASK: {MASK: MASK}}
    assert shown_body(body, HARMLESS) == told


@pytest.mark.parametrize("body", [b"name=Ann", b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_json_is_masked_whole(body: bytes) -> None:
    assert shown_body(body, HARMLESS) == MASK


def test_a_path_shows_ids_and_no_address() -> None:
    assert shown_path("/customers/12.json") == "/customers/12.json"
    assert shown_path("/customers/ann%40x.example/tags") == f"/customers/{MASK}/tags"
    assert shown_path("https://[::1/token") == MASK
    assert shown_path("https://me:secret@x.example:8443/token?key=1") == "https://x.example:8443/token"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (TRUE, "everybody"),
        (FALSE, "nobody"),
        (Comparison(FilterField.EMAIL, Operator.EQ, "ann@x.example"), "email eq ***"),
        (
            Comparison(FilterField.EMAIL, Operator.IN, tuple("abcdefg")),
            "email in [***, ***, ***, ***, ***, 2 more]",
        ),
        (Comparison(FilterField.COUNTRY_CODE, Operator.EQ, "BR"), "countryCode eq BR"),
        (Comparison(FilterField.COUNTRY_CODE, Operator.EQ, "Brazil"), "countryCode eq ***"),
        (Comparison(FilterField.VENDOR_ID, Operator.EQ, "12"), "vendorId eq 12"),
        (Comparison(FilterField.VENDOR_ID, Operator.EQ, "ann@x.example"), "vendorId eq ***"),
        (Comparison(FilterField.TOTAL_SPENT, Operator.GTE, Decimal("9.50")), "totalSpent gte 9.50"),
        (
            Comparison(FilterField.CREATED_AT, Operator.GT, datetime(2026, 1, 1, tzinfo=UTC)),
            "createdAt gt 2026-01-01T00:00:00Z",
        ),
        (
            And(
                (
                    Comparison(FilterField.HAS_ORDERS, Operator.EQ, value=True),
                    Or((Not(Comparison(FilterField.SEARCH, Operator.MATCHES, "ann")), CITY)),
                )
            ),
            "hasOrders eq true and (not (search matches ***) or city eq ***)",
        ),
    ],
)
def test_a_filter_is_told_in_words_with_what_names_a_person_masked(condition: Condition, words: str) -> None:
    assert condition_words(condition) == words


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_no_parameter_that_a_filter_for_people_is_said_by_is_declared_harmless(spec: AnySpec) -> None:
    """Read off the table: whatever a telling comparison is rendered to must stay masked."""
    tried = 0
    for sample in samples():
        one = sample.comparison
        for pushdown in spec.table.pushdowns:
            if one.field in TELLING and (pushdown.field, pushdown.operator) == (one.field, one.operator):
                tried += 1
                assert spec.harmless.isdisjoint(pushdown.render(one.value) or {})
    assert tried or not any(pushdown.field in TELLING for pushdown in spec.table.pushdowns)
