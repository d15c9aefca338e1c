"""How texts compare: folded, and phone numbers by their digits."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Text without case and accents: NFKD, marks removed, case-folded. Blanks stay as they are.

    ß becomes ss, a final sigma an ordinary one, the Turkish dotted capital i. The dotless small letter stays
    itself, although its capital cannot be told from a Latin I and becomes i. Letters that Unicode does not
    take apart (ø, ł, đ) stay as well. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] != "M").casefold()


def digits(text: str) -> str:
    """The decimal digits of a text in ASCII, whatever script they are written in; "" where it has none."""
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())


def phone_key(text: str) -> str:
    """What a phone number compares by: its digits, or the folded text where it has none ("on request")."""
    return digits(text) or fold(text)
