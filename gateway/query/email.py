"""How e-mail addresses compare: the key by which records are one person, and the spellings to ask for."""

from __future__ import annotations

import unicodedata

import idna


def match_key(email: str | None) -> str | None:
    """The address trimmed, in NFC, lower-cased (not case-folded: ß is not ss), its domain in IDNA form.

    None where there is no address. A domain that IDNA refuses stays as it is written, and so does a text
    without an @: such things compare as texts. The key of a key is itself.
    """
    address = _plain(email)
    if address is None or address.isascii():
        return address
    local, at, domain = address.rpartition("@")
    return f"{local}@{_ascii_domain(domain)}" if at else address


def spellings(email: str) -> tuple[str, ...]:
    """What to ask a vendor for: the match key; for one beyond ASCII also its domain in Unicode, and that decomposed.

    A store may have kept any of the three, and a vendor that compares bytes equates none of them. Empty where the
    text is no address at all.
    """
    key = match_key(email)
    if key is None:
        return ()
    local, at, domain = key.rpartition("@")
    readable = f"{local}{at}{_unicode_domain(domain)}"
    return tuple(dict.fromkeys((key, readable, unicodedata.normalize("NFD", readable))))


def _plain(email: str | None) -> str | None:
    """Lower-casing may undo NFC, hence the order and the second pass."""
    if email is None:
        return None
    lowered = unicodedata.normalize("NFC", email.strip()).lower()
    return unicodedata.normalize("NFC", lowered) or None


def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain


def _unicode_domain(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain
