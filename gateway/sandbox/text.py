"""How the sandbox compares text and writes times."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from gateway.sandbox.option import TextSearch


def lowered(text: str) -> str:
    """Text in NFC and lower case: what a case-insensitive, accent-sensitive vendor compares."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).lower()


def folded(text: str) -> str:
    """Text without accents and case: what a vendor compares that folds both."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join([letter for letter in decomposed if not unicodedata.combining(letter)]).casefold()


def comparable(text: str, search: TextSearch) -> str:
    """The form in which a vendor compares text under the option ``text_search``."""
    return folded(text) if search is TextSearch.FOLDING else lowered(text)


def iso(seconds: int, offset_minutes: int = 0) -> str:
    """Unix seconds as ISO 8601 with an offset such as +02:00."""
    return datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset_minutes))).isoformat()


def naive(seconds: int) -> str:
    """Unix seconds as ``YYYY-MM-DD HH:MM:SS`` in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ")[:19]
