"""Deterministic, believable people, and at which vendors each of them is a customer."""

import random
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from gateway.sandbox.name import (
    COMPANIES,
    DOMAINS,
    FIRST,
    INTERNATIONAL,
    LAST,
    LOCALES,
    NOTES,
    PLAIN_FIRST,
    PLAIN_LAST,
    TAGS,
    TITLES,
)
from gateway.sandbox.place import PLACES, Address, Place

FORMAT = 1
"""Raised whenever the same seed would give other people, so that old files are not taken for new ones."""

BEGIN = 1_514_764_800
"""2018-01-01 UTC in unix seconds: nobody was a customer before."""
END = 1_782_777_600
"""2026-06-30 UTC in unix seconds: nothing in the population happened later."""

VENDORS = ("storeden", "tiendanube", "spiffy", "open2b", "foodics")
_MAY_LACK_EMAIL = frozenset({"tiendanube", "foodics"})
_MAY_REPEAT_EMAIL = ("open2b", "foodics")
_MASS_UPDATES = (1_640_995_200, 1_700_000_000, 1_735_689_600, 1_767_225_600)


class Gender(StrEnum):
    """A person's gender where it is known."""

    MALE = "male"
    FEMALE = "female"


class Presence(msgspec.Struct, frozen=True):
    """One person as known to one vendor; times are unix seconds UTC.

    ``email`` is spelled as at this vendor, None where the vendor has none; ``updated_at`` is None for a
    record never changed (a vendor that always tells one shows ``created_at``); ``deleted_at`` None means
    alive.
    """

    email: str | None
    created_at: int
    updated_at: int | None
    deleted_at: int | None

    @property
    def changed_at(self) -> int:
        """The last change, the creation included."""
        return self.created_at if self.updated_at is None else self.updated_at


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Neutral facts about one person; None and empty tuples mean that nobody ever asked.

    ``phone`` holds national digits without the dial code; ``birth_date`` is YYYY-MM-DD; ``spent`` and
    ``credit`` are hundredths of the store's currency; ``group`` is a hint 0-7, 0 for none; ``consent`` is
    None where unknown; ``lot`` is a random number below 2**30 for whatever else a vendor wants to derive.
    """

    number: int
    title: str | None
    first_name: str
    last_name: str
    company: str | None
    email: str | None
    dial_code: int
    phone: str | None
    mobile: str | None
    website: str | None
    gender: Gender | None
    birth_date: str | None
    locale: str
    addresses: tuple[Address, ...]
    tags: tuple[str, ...]
    note: str | None
    personal_tax_id: str | None
    company_tax_id: str | None
    group: int
    orders: int
    spent: int
    credit: int
    consent: bool | None
    blacklisted: bool
    wholesale: bool
    registered: bool
    lot: int
    presence: Mapping[str, Presence]

    @property
    def name(self) -> str:
        """First and last name with a blank between."""
        return f"{self.first_name} {self.last_name}"


_GENDERS = {"m": Gender.MALE, "f": Gender.FEMALE, "": None}


def people(seed: int, size: int) -> Iterator[Person]:
    """People in a fixed order, streamed until each vendor has exactly ``size`` of them."""
    crowd = _Crowd(seed, size)
    while crowd.open:
        yield crowd.next_person()


class _Crowd:
    """The generator's state: how many each vendor has, its running import, and the last e-mail seen."""

    def __init__(self, seed: int, size: int) -> None:
        self._random = random.Random(f"{FORMAT}:{seed}").random
        self._size = size
        self._counts = dict.fromkeys(VENDORS, 0)
        self._imports: dict[str, tuple[int, int]] = {}
        self._number = 0
        self._last_email: str | None = None
        self.open = list(VENDORS)

    def next_person(self) -> Person:
        """The next person, at one vendor at least."""
        dice = self._random
        self._number += 1
        first = int(dice() * len(FIRST))
        last = int(dice() * len(LAST))
        place = PLACES[int(dice() * len(PLACES))]
        spread, wealth, chance, kind = dice(), dice(), dice(), dice()
        email, vendors = self._email_and_vendors(first, last, chance)
        business = kind < 0.22
        orders = int(spread * spread * 30) if spread > 0.3 else 0
        return Person(
            number=self._number,
            title=TITLES[int(spread * 5)] if wealth < 0.3 else None,
            first_name=FIRST[first][0],
            last_name=LAST[last],
            company=COMPANIES[int(wealth * len(COMPANIES))] if business else None,
            email=email,
            dial_code=place.dial_code,
            phone=f"{int(200_000_000 + dice() * 700_000_000)}" if wealth > 0.15 else None,
            mobile=f"{int(300_000_000 + spread * 99_999_999)}" if chance > 0.5 else None,
            website=f"https://www.person{self._number}.example" if kind < 0.1 else None,
            gender=_GENDERS[FIRST[first][1]] if chance < 0.7 else None,
            birth_date=_birth_date(wealth, spread) if kind > 0.55 else None,
            locale=LOCALES.get(place.country, "en_GB"),
            addresses=self._addresses(place, kind, chance),
            tags=_tags(wealth, chance),
            note=NOTES[int(spread * len(NOTES))] if kind > 0.85 else None,
            personal_tax_id=f"{int(wealth * 9e10 + 1e10)}" if chance < 0.4 else None,
            company_tax_id=f"{place.country}{int(spread * 9e10 + 1e10)}" if business else None,
            group=int(wealth * 16) if wealth < 0.5 else 0,
            orders=orders,
            spent=int(wealth * 50_000) * orders,
            credit=int(chance * 5000) if kind > 0.9 else 0,
            consent=None if kind < 0.1 else chance < 0.55,
            blacklisted=wealth > 0.98,
            wholesale=business and spread < 0.5,
            registered=spread > 0.35,
            lot=int(dice() * 1_073_741_824),
            presence={vendor: self._presence(vendor, email) for vendor in vendors},
        )

    def _email_and_vendors(self, first: int, last: int, chance: float) -> tuple[str | None, list[str]]:
        dice = self._random
        if (
            chance < 0.012 and self._last_email is not None
        ):  # a second record with one e-mail inside one source
            open_to = [vendor for vendor in _MAY_REPEAT_EMAIL if vendor in self.open]
            if open_to:
                return self._last_email, open_to
        if chance > 0.96:
            open_to = [vendor for vendor in self.open if vendor in _MAY_LACK_EMAIL]
            if open_to:
                return None, [open_to[int(dice() * len(open_to))]]
        email = self._email(first, last)
        reach = dice()
        if reach < 0.35:
            vendors = list(self.open)
        else:
            vendors = [vendor for vendor in self.open if dice() < 0.4] or [
                self.open[int(dice() * len(self.open))]
            ]
        if "open2b" in vendors and "foodics" in vendors:
            self._last_email = email
        return email, vendors

    def _email(self, first: int, last: int) -> str:
        dice = self._random
        kind = dice()
        local = f"{PLAIN_FIRST[first] or 'user'}.{PLAIN_LAST[last] or 'name'}{self._number}"
        if kind < 0.02:
            local = f"{unicodedata.normalize('NFC', FIRST[first][0]).lower().replace(' ', '')}{self._number}"
            local = local.replace('"', "")
        if kind > 0.97:
            return f"{local}@{INTERNATIONAL[int(dice() * len(INTERNATIONAL))][0]}"
        return f"{local}@{DOMAINS[int(dice() * len(DOMAINS))]}"

    def _addresses(self, place: Place, kind: float, chance: float) -> tuple[Address, ...]:
        if kind > 0.93:
            return ()
        number = 1 + int(chance * 300)
        home = Address(
            place, str(number), "3º" if number % 7 == 0 else None, "Centro" if number % 5 == 0 else None
        )
        if kind < 0.75:
            return (home,)
        other = PLACES[int(kind * 1000) % len(PLACES)]
        return (home, Address(other, f"{number // 2}/A", None, None))

    def _presence(self, vendor: str, email: str | None) -> Presence:
        dice = self._random
        created = self._created(vendor)
        change = dice()
        updated: int | None = None
        if change < 0.1:
            updated = max(created, _MASS_UPDATES[int(change * 40)])
        elif change < 0.35:
            updated = created
        elif change < 0.8:
            updated = created + int(dice() * (END - created))
        deleted = None
        if dice() < 0.03:
            deleted = updated = created + int(dice() * (END - created))
        return Presence(_spelled(email, dice()), created, updated, deleted)

    def _created(self, vendor: str) -> int:
        """Ascending with the vendor's count, but for back-dated records and imports that share one second."""
        dice = self._random
        count = self._counts[vendor] = self._counts[vendor] + 1
        if count == self._size:
            self.open.remove(vendor)
        left, second = self._imports.get(vendor, (0, 0))
        if left:
            self._imports[vendor] = (left - 1, second)
            return second
        chance = dice()
        if chance < 0.04:
            return BEGIN + int(dice() * (END - BEGIN))
        created = BEGIN + int((count - dice() * 0.9) / self._size * (END - BEGIN))
        if chance > 0.99:
            self._imports[vendor] = (5 + int(dice() * 40), created)
        return created


def _birth_date(wealth: float, spread: float) -> str:
    return f"{1940 + int(wealth * 66)}-{1 + int(spread * 12):02d}-{1 + int(wealth * 28):02d}"


def _tags(wealth: float, chance: float) -> tuple[str, ...]:
    if wealth < 0.4:
        return ()
    start = int(chance * len(TAGS))
    return TAGS[start : start + 1 + int(wealth * 3)]


def _spelled(email: str | None, chance: float) -> str | None:
    """The e-mail as this vendor spells it: other case, the punycode domain, or decomposed accents."""
    if email is None or (chance < 0.55 and email.isascii()):
        return email
    if chance < 0.75 or not email.isascii():
        return _foreign(email, chance)
    if chance < 0.8:
        return email.upper()
    return email.title() if chance < 0.9 else email


def _foreign(email: str, chance: float) -> str:
    for unicode_domain, ascii_domain in INTERNATIONAL:
        if chance < 0.5 and email.endswith(unicode_domain):
            email = email[: -len(unicode_domain)] + ascii_domain
    return unicodedata.normalize("NFD", email) if chance > 0.6 else email
