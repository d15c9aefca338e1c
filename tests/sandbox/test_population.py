"""The sandbox's people: the same for one seed, as many as asked, and as awkward as real ones."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest

from gateway.sandbox.population import BEGIN, END, VENDORS, Person, people

SIZE = 3000


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(1, SIZE))


def emails(crowd: list[Person], vendor: str) -> Iterator[str]:
    for person in crowd:
        presence = person.presence.get(vendor)
        if presence is not None and presence.email is not None:
            yield presence.email


def key(email: str) -> str:
    local, _, domain = unicodedata.normalize("NFC", email).lower().partition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def test_one_seed_always_gives_the_same_people(crowd: list[Person]) -> None:
    assert list(people(1, SIZE)) == crowd


def test_another_seed_gives_other_people(crowd: list[Person]) -> None:
    assert next(people(2, SIZE)) != crowd[0]


@pytest.mark.parametrize("size", [1, 7, 500])
def test_each_vendor_has_exactly_the_size(size: int) -> None:
    counts = Counter(vendor for person in people(3, size) for vendor in person.presence)
    assert counts == dict.fromkeys(VENDORS, size)


def test_a_good_part_is_at_all_five_vendors(crowd: list[Person]) -> None:
    everywhere = sum(len(person.presence) == len(VENDORS) for person in crowd)
    assert everywhere > SIZE / 3


def test_everybody_is_somewhere(crowd: list[Person]) -> None:
    assert all(person.presence for person in crowd)


@pytest.mark.parametrize("vendor", ["open2b", "foodics"])
def test_two_records_of_one_source_share_an_email(crowd: list[Person], vendor: str) -> None:
    assert Counter(map(key, emails(crowd, vendor))).most_common(1)[0][1] >= 2


@pytest.mark.parametrize("vendor", ["storeden", "tiendanube", "spiffy"])
def test_where_emails_are_unique_none_repeats(crowd: list[Person], vendor: str) -> None:
    assert set(Counter(map(key, emails(crowd, vendor))).values()) == {1}


@pytest.mark.parametrize("vendor", ["storeden", "spiffy", "open2b"])
def test_where_an_email_is_required_everybody_has_one(crowd: list[Person], vendor: str) -> None:
    assert len(list(emails(crowd, vendor))) == SIZE


@pytest.mark.parametrize("vendor", ["tiendanube", "foodics"])
def test_some_lack_an_email(crowd: list[Person], vendor: str) -> None:
    assert SIZE * 0.9 < len(list(emails(crowd, vendor))) < SIZE


def test_spellings_of_one_email_differ_between_vendors_but_not_their_keys(crowd: list[Person]) -> None:
    spellings: dict[str, set[str]] = {"case": set(), "domain": set(), "accents": set()}
    for person in crowd:
        spelled = {presence.email for presence in person.presence.values() if presence.email}
        assert len({key(email) for email in spelled}) <= 1
        if len({email.lower() for email in spelled}) < len(spelled):
            spellings["case"] |= spelled
        if len({email.partition("@")[2].lower().isascii() for email in spelled}) == 2:
            spellings["domain"] |= spelled
        if len({unicodedata.is_normalized("NFC", email) for email in spelled}) == 2:
            spellings["accents"] |= spelled
    assert all(spellings.values())


@pytest.mark.parametrize("script", ["ARABIC", "CJK", "CYRILLIC", "GREEK", "DOTLESS", "SHARP S"])
def test_names_come_in_many_scripts(crowd: list[Person], script: str) -> None:
    letters = {letter for person in crowd for letter in person.name}
    assert any(script in unicodedata.name(letter, "") for letter in letters)


@pytest.mark.parametrize("mark", ["'", '"', "\n"])
def test_text_has_quotes_and_line_breaks(crowd: list[Person], mark: str) -> None:
    assert any(mark in f"{person.name}{person.company}{person.note}" for person in crowd)


def test_times_are_in_order_and_in_the_past(crowd: list[Person]) -> None:
    for person in crowd:
        for presence in person.presence.values():
            assert BEGIN <= presence.created_at <= presence.changed_at <= END
            assert presence.deleted_at is None or presence.created_at <= presence.deleted_at <= END


@pytest.mark.parametrize("vendor", VENDORS)
def test_imports_leave_runs_of_one_second(crowd: list[Person], vendor: str) -> None:
    seconds = Counter(one.presence[vendor].created_at for one in crowd if vendor in one.presence)
    assert seconds.most_common(1)[0][1] >= 5


@pytest.mark.parametrize("vendor", VENDORS)
def test_some_were_never_updated_and_some_are_deleted(crowd: list[Person], vendor: str) -> None:
    presences = [person.presence[vendor] for person in crowd if vendor in person.presence]
    assert any(presence.updated_at is None for presence in presences)
    assert any(presence.updated_at == presence.created_at for presence in presences)
    assert any(presence.deleted_at for presence in presences)
