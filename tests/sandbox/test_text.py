"""The sandbox's own comparison of text and spelling of times."""

import pytest

from gateway.sandbox import TextSearch
from gateway.sandbox.text import comparable, iso, naive


@pytest.mark.parametrize(
    ("one", "other", "folding", "sensitive"),
    [
        ("John", "JOHN", True, True),
        ("José", "jose", True, False),
        ("Jos\u00e9", "Jose\u0301", True, True),
        ("Straße", "STRASSE", True, False),
        ("Αθήνα", "ΑΘΗΝΑ", True, False),
        ("Anna", "Anne", False, False),
    ],
)
def test_accents_matter_only_where_the_search_is_sensitive(
    one: str, other: str, folding: bool, sensitive: bool
) -> None:
    assert (comparable(one, TextSearch.FOLDING) == comparable(other, TextSearch.FOLDING)) is folding
    assert (comparable(one, TextSearch.SENSITIVE) == comparable(other, TextSearch.SENSITIVE)) is sensitive


def test_one_second_is_written_with_an_offset_or_without_a_zone() -> None:
    assert iso(1531553332, 120) == "2018-07-14T09:28:52+02:00"
    assert naive(1531553332) == "2018-07-14 07:28:52"
