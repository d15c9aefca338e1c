"""Country names as Spiffy's search takes them: English, and only where there is one usual spelling."""

from __future__ import annotations

import pycountry

_SPELLED_VARIOUSLY = (
    "BN BO BS CD CG CI CV CZ FK FM GM HK IR KN KP KR LA LC MD MK MM MO PM PS RU SH ST SX SY SZ TC TL TR TW TZ"
    " VA VC VE VG VI VN"
)
"""Czechia or Czech Republic, Russia or Russian Federation, St. or Saint: a wrong guess would find nobody."""


def country_name(code: str) -> str | None:
    """The name of an ISO 3166-1 alpha-2 code, None where it is unknown or written in more than one way."""
    found = pycountry.countries.get(alpha_2=code.strip().upper())
    if found is None or found.alpha_2 in _SPELLED_VARIOUSLY:
        return None
    name: str = found.name
    return name if all(letter.isascii() and (letter.isalpha() or letter in " -") for letter in name) else None
