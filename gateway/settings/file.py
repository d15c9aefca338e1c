"""`gateway.toml` as settings: read, filled in from the environment, checked, every mistake told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.errors import ConfigurationError
from gateway.settings.model import (
    CacheSettings,
    IdentitySettings,
    LimitSettings,
    ServerSettings,
    Settings,
    SourceSettings,
    WriteSettings,
)
from gateway.settings.serving import AuthSettings, DocumentSettings, exposure
from gateway.settings.table import Table, suggestion

NAME = "gateway.toml"
VARIABLE = "GATEWAY_CONFIG"

Toml: TypeAlias = Any
"""A value as TOML has it."""

SourceTypes: TypeAlias = Mapping[str, type[SourceSettings]]
"""Vendor name → the settings of its sources."""

M = TypeVar("M", bound=Table)

_TABLES: Mapping[str, type[Table]] = {
    "server": ServerSettings,
    "cache": CacheSettings,
    "limits": LimitSettings,
    "documents": DocumentSettings,
    "auth": AuthSettings,
    "identity": IdentitySettings,
    "writes": WriteSettings,
}
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
_FIRST_WORDS = re.compile(r"^(?:Value error, |(?:Input|String|Value|List|Tuple|URL) should )")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file being read: what its values may refer to, and what was found wrong so far, a line each."""

    path: Path
    environment: Mapping[str, str]
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    """By place, in the order in which the places were first spoken of."""

    def expect(self, *places: str) -> None:
        """Give the places their turn among the mistakes."""
        for place in places:
            self.mistakes.setdefault(place, [])

    def note(self, place: str, *words: str) -> None:
        """One more mistake; the words are key and fact, or the fact alone."""
        self.mistakes.setdefault(place, []).append(": ".join((str(self.path), place, *words)))

    def stop(self) -> None:
        """Raise what was noted."""
        lines = [line for noted in self.mistakes.values() for line in noted]
        if lines:
            raise ConfigurationError("\n".join(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """A table with its variables put in; `unset` are the keys where that failed, which are not looked at again."""

    values: Mapping[str, Toml]
    unset: frozenset[str]


def locate(option: Path | None, environment: Mapping[str, str], folder: Path) -> Path | None:
    """The file to load: --config, else GATEWAY_CONFIG, else gateway.toml where the folder has one; None: no file."""
    if option is not None:
        return option
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    usual = folder / NAME
    return usual if usual.exists() else None


def load(path: Path, source_types: SourceTypes, environment: Mapping[str, str]) -> Settings:
    """The settings that a file says; raises `ConfigurationError` with a line for each mistake in it."""
    file = _File(path=path, environment=environment)
    document = _parsed(path)
    _note_unknown_tables(document, file)
    tables = {key: _table(key, model, document, file) for key, model in _TABLES.items()}
    sources = _sources(document.get("sources", []), source_types, file)
    _note_between(tables, sources, file)
    file.stop()
    return Settings.model_validate({**tables, "sources": sources})


def _note_between(
    tables: Mapping[str, Table | None], sources: list[SourceSettings | None], file: _File
) -> None:
    """What is wrong between tables that are right by themselves."""
    server, auth = tables["server"], tables["auth"]
    if not isinstance(auth, AuthSettings):
        return
    if isinstance(server, ServerSettings) and (mistake := exposure(server.host, auth)):
        file.note("[server]", "host", mistake)
    names = {source.name for source in sources if source is not None}
    for place, key in enumerate(auth.keys, 1):
        unknown = sorted(set(key.sources or ()) - names)
        if unknown and None not in sources:
            file.note(f"[[auth.keys]] {place} ({key.name})", "sources", f"there is no source {unknown[0]!r}")


def serving(settings: Settings, *, host: str | None = None, port: int | None = None) -> Settings:
    """The settings with another host or port, from the command line; raises `ConfigurationError` as `load` does."""
    given = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    exposed = exposure(host or settings.server.host, settings.auth)
    mistakes = [f"--host: {exposed}"] if exposed else []
    try:
        server = ServerSettings.model_validate({**dict(settings.server), **given})
    except ValidationError as error:
        mistakes += [f"--{_key(detail)}: {_words(detail, ServerSettings)}" for detail in _details(error)]
        raise ConfigurationError("\n".join(mistakes)) from None
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return settings.model_copy(update={"server": server})


def _parsed(path: Path) -> dict[str, Toml]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: there is no such file") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}: is not UTF-8 (at line {line})") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not valid TOML: {error}") from None


def _note_unknown_tables(document: Mapping[str, Toml], file: _File) -> None:
    for key, value in document.items():
        if key in _TABLES or key == "sources":
            continue
        if isinstance(value, dict):
            file.note(f"[{key}]", f"unknown table{suggestion(key, (*_TABLES, 'sources'))}")
        else:
            file.note(key, "unknown key outside a table")


def _table(key: str, model: type[M], document: Mapping[str, Toml], file: _File) -> M | None:
    raw = document.get(key, {})
    if not isinstance(raw, dict):
        file.note(f"[{key}]", "must be a table")
        return None
    place = f"[{key}]"
    return _checked(_filled(raw, place, file), model, place, file)


def _sources(raw: Toml, source_types: SourceTypes, file: _File) -> list[SourceSettings | None]:
    if isinstance(raw, dict):
        file.note("[sources]", "must be written [[sources]], since there can be several")
        return []
    if not isinstance(raw, list) or not all(isinstance(table, dict) for table in raw):
        file.note("[[sources]]", "must be tables")
        return []
    if not raw:
        file.note("[[sources]]", "at least one is needed")
    places = [f"[[sources]] {number}{_called(table)}" for number, table in enumerate(raw, 1)]
    file.expect(*places)
    tables = [_filled(table, place, file) for table, place in zip(raw, places, strict=True)]
    _note_repeated_names(tables, places, file)
    return [_source(table, source_types, place, file) for table, place in zip(tables, places, strict=True)]


def _called(table: Mapping[str, Toml]) -> str:
    name = table.get("name")
    return f" ({name})" if isinstance(name, str) and re.fullmatch(r"[\w. ${}-]{1,64}", name) else ""


def _note_repeated_names(tables: list[_Filled], places: list[str], file: _File) -> None:
    first: dict[str, str] = {}
    for table, place in zip(tables, places, strict=True):
        name = table.values.get("name")
        if isinstance(name, str) and "name" not in table.unset and first.setdefault(name, place) != place:
            file.note(place, "name", f"is already that of {first[name]}")


def _source(table: _Filled, source_types: SourceTypes, place: str, file: _File) -> SourceSettings | None:
    vendor = table.values.get("vendor")
    if isinstance(vendor, str) and vendor in source_types:
        return _checked(table, source_types[vendor], place, file)
    if isinstance(vendor, str) and "vendor" not in table.unset:
        near = suggestion(vendor, tuple(source_types))
        file.note(place, "vendor", f"is not a known vendor ({', '.join(source_types)}){near}")
    # Which other keys belong to it is not known; those that every source has are checked all the same.
    common = {key: value for key, value in table.values.items() if key in SourceSettings.model_fields}
    _checked(_Filled(values=common, unset=table.unset), SourceSettings, place, file)
    return None


def _filled(raw: Mapping[str, Toml], place: str, file: _File) -> _Filled:
    values: dict[str, Toml] = {}
    unset: set[str] = set()
    for key, value in raw.items():
        filling = _Filling(file.environment)
        values[key] = filling.fill(value)
        for mistake in dict.fromkeys(filling.mistakes):
            file.note(place, key, mistake)
            unset.add(key)
    return _Filled(values=values, unset=frozenset(unset))


def _checked(table: _Filled, model: type[M], place: str, file: _File) -> M | None:
    """The table as settings; None where it has a mistake, which is noted."""
    try:
        settings = model.model_validate(table.values)
    except ValidationError as error:
        _note_all(error, table, model, place, file)
        _note_combination(error, table, model, place, file)
        return None
    return None if table.unset else settings


def _note_all(error: ValidationError, table: _Filled, model: type[Table], place: str, file: _File) -> None:
    for detail in _details(error):
        key = _key(detail)
        if key not in table.unset:
            file.note(place, *([key] if key else []), _words(detail, model))


def _note_combination(
    error: ValidationError, table: _Filled, model: type[Table], place: str, file: _File
) -> None:
    """What is wrong with the table as a whole: that is only looked at once no key is unknown."""
    unknown = {_key(detail) for detail in _details(error) if detail["type"] == "extra_forbidden"}
    if not unknown:
        return
    try:
        model.model_validate({key: value for key, value in table.values.items() if key not in unknown})
    except ValidationError as second:
        for detail in _details(second):
            if not detail["loc"]:
                file.note(place, _words(detail, model))


def _details(error: ValidationError) -> list[ErrorDetails]:
    return error.errors(include_url=False, include_input=False)


def _key(detail: ErrorDetails) -> str:
    """The key that a mistake is in; in a table within the table, as `keys 2 digest`."""
    place = detail["loc"]
    if len(place) > 2 and isinstance(place[1], int):
        return f"{place[0]} {place[1] + 1} {place[2]}"
    return str(place[0]) if place else ""


def _words(detail: ErrorDetails, model: type[Table]) -> str:
    """Pydantic's words as ours; they hold no value."""
    match detail["type"]:
        case "missing":
            return "is missing"
        case "too_short" | "string_too_short":
            least = detail.get("ctx", {}).get("min_length")
            return "must not be empty" if least == 1 else f"must have at least {least} characters"
        case "extra_forbidden":
            return f"unknown key{suggestion(_key(detail), tuple(model.model_fields))}"
        case _:
            words = detail["msg"]
            return _FIRST_WORDS.sub(lambda found: "" if "error" in found[0] else "must ", words)


class _Filling:
    """Puts variables into the texts of one value; `mistakes` tells what could not be."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.mistakes: list[str] = []

    def fill(self, value: Toml) -> Toml:
        if isinstance(value, str):
            return _REFERENCE.sub(self._replaced, value)
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        if isinstance(value, dict):
            return {key: self.fill(one) for key, one in value.items()}
        return value

    def _replaced(self, found: re.Match[str]) -> str:
        if found[0] == "$${":
            return "${"
        name = found[1]
        if not found[2] or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            self.mistakes.append(
                '"${" must be followed by a variable\'s name and "}"; write "$${" for the text'
            )
        elif name not in self.environment:
            self.mistakes.append(f"the environment has no variable {name}")
        return self.environment.get(name, "")
