"""The configuration: a good file, what each key may be, and the command line's say."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr, ValidationError

from gateway.access import Scope
from gateway.errors import ConfigurationError
from gateway.settings import (
    CacheSettings,
    IdentitySettings,
    LimitSettings,
    ServerSettings,
    Settings,
    SourceSettings,
    Table,
    load,
    locate,
    serving,
)
from gateway.settings.serving import ScopeName
from gateway.vendors.foodics import SPEC as FOODICS
from gateway.vendors.foodics import FoodicsSettings
from gateway.vendors.open2b import SPEC as OPEN2B
from gateway.vendors.spiffy import SPEC as SPIFFY
from gateway.vendors.storeden import SPEC as STOREDEN
from gateway.vendors.tiendanube import SPEC as TIENDANUBE

TYPES: dict[str, type[SourceSettings]] = {
    spec.vendor.value: spec.settings for spec in (STOREDEN, TIENDANUBE, SPIFFY, OPEN2B, FOODICS)
}

GOOD = """
[server]
host = "127.0.0.1"
port = "${PORT}"
cursor_secret = "${CURSOR_SECRET}"

[cache]
ttl = 0
scan_ttl = 30

[limits]
vendor_calls = 100
deadline = 10
in_memory_records = 500

[identity]
match = []
lookup = "live"
index = "postgresql://gateway:hidden-in-url@db/match"
index_secret = "hidden-index-secret"
max_lag = 5

[[sources]]
name = "negozio"
vendor = "storeden"
base_url = "https://connect.storeden.com/v1.1"
key = "${STOREDEN_KEY}"
exchange = "hidden-exchange"
timezone = "Europe/Rome"
currency = "EUR"
timeout = 7.5
pushdown = "strict"

[[sources]]
name = "loja"
vendor = "tiendanube"
base_url = "https://api.tiendanube.com/v1"
store_id = "123456"
access_token = "hidden-token"
user_agent = "Example (ops@example.com)"

[[sources]]
name = "shop"
vendor = "spiffy"
base_url = "https://shop.spiffystores.com"
api_key = "hidden-key"
api_password = "a$${b}hidden"

[[sources]]
name = "bottega"
vendor = "open2b"
base_url = "http://127.0.0.1:9000/open2b"
secret_key = "hidden-secret"
default_group = 3

[[sources]]
name = "matam"
vendor = "foodics"
base_url = "https://api.foodics.com/v5"
access_token = "hidden-${PART}-token"
"""

ENVIRONMENT = {
    "PORT": "9000",
    "CURSOR_SECRET": "hidden-cursor-secret",
    "STOREDEN_KEY": "hidden-storeden-key",
    "PART": "middle",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "gateway.toml"
    path.write_text(GOOD, encoding="utf-8")
    return load(path, TYPES, ENVIRONMENT)


def source(**keys: object) -> SourceSettings:
    base = {"name": "a", "vendor": "foodics", "base_url": "https://api.foodics.com/v5", "access_token": "T"}
    return FoodicsSettings.model_validate({**base, **keys})


def test_sources_keep_the_order_of_the_file(settings: Settings) -> None:
    """It is their priority."""
    assert [one.name for one in settings.sources] == ["negozio", "loja", "shop", "bottega", "matam"]


def test_each_source_has_its_vendors_settings(settings: Settings) -> None:
    assert [type(one) for one in settings.sources] == list(TYPES.values())


def test_every_table_is_read(settings: Settings) -> None:
    assert settings.server == ServerSettings(port=9000, cursor_secret=SecretStr("hidden-cursor-secret"))
    assert settings.cache == CacheSettings(ttl=0, scan_ttl=30)
    assert settings.limits == LimitSettings(vendor_calls=100, deadline=10, in_memory_records=500)
    assert settings.identity == IdentitySettings(
        match=(),
        lookup="live",
        index="postgresql://gateway:hidden-in-url@db/match",
        index_secret=SecretStr("hidden-index-secret"),
        max_lag=5,
    )
    first = settings.sources[0]
    assert (first.timezone, first.currency, first.timeout, first.pushdown) == (
        "Europe/Rome",
        "EUR",
        7.5,
        "strict",
    )


def test_variables_are_put_in_anywhere_and_escapes_are_kept(settings: Settings) -> None:
    last, third = settings.sources[-1], settings.sources[2]
    assert isinstance(last, FoodicsSettings)
    assert last.access_token.get_secret_value() == "hidden-middle-token"
    password = third.model_dump()["api_password"]
    assert password.get_secret_value() == "a${b}hidden"


def test_what_a_variable_holds_is_not_filled_in_again(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(GOOD, encoding="utf-8")
    last = load(path, TYPES, {**ENVIRONMENT, "PART": "${PORT}"}).sources[-1]
    assert isinstance(last, FoodicsSettings)
    assert last.access_token.get_secret_value() == "hidden-${PORT}-token"


def test_no_secret_shows_in_a_repr(settings: Settings) -> None:
    assert "hidden" not in repr(settings)
    assert "hidden" not in str(settings)


def test_defaults_are_the_documented_ones() -> None:
    settings = Settings(sources=(source(),))
    assert settings.server == ServerSettings(host="127.0.0.1", port=8000, cursor_secret=None)
    assert settings.cache == CacheSettings(ttl=5.0, scan_ttl=60.0)
    assert settings.limits == LimitSettings(vendor_calls=500, deadline=20.0, in_memory_records=10_000)
    assert settings.identity == IdentitySettings(
        match=("email",), lookup="auto", index="memory", index_secret=None, max_lag=60.0
    )
    (only,) = settings.sources
    assert (only.timezone, only.currency, only.timeout, only.pushdown) == ("UTC", None, 5.0, "trusting")


@pytest.mark.parametrize("sources", [(), (source(), source())])
def test_settings_made_in_code_are_checked_alike(sources: tuple[SourceSettings, ...]) -> None:
    with pytest.raises(ValidationError):
        Settings(sources=sources)


@pytest.mark.parametrize(
    "table", [ServerSettings, CacheSettings, LimitSettings, IdentitySettings, Settings, *TYPES.values()]
)
def test_every_key_is_described(table: type[Table]) -> None:
    assert [key for key, field in table.model_fields.items() if not field.description] == []


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        source().name = "b"  # type: ignore[misc]  # the type checker holds it too


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("api.foodics.com/v5", "must begin with http"),
        ("ftp://api.foodics.com", "must begin with http"),
        ("https://", "must name a host"),
        ("https://:80/v5", "must name a host"),
        ("https://a b.com", "hold no blanks"),
        ("https://api.foodics.com:99999", "is not a valid address"),
        ("https://[::1", "is not a valid address"),
        ("https://user:hidden@api.foodics.com", "must not hold credentials"),
        ("https://api.foodics.com/v5?token=hidden", "must not hold a query"),
        ("https://api.foodics.com/v5#hidden", "must not hold a query"),
    ],
)
def test_a_bad_address_is_refused_and_not_repeated(url: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        source(base_url=url)
    assert "hidden" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001/foodics/v5", "https://[::1]:8001", "HTTPS://A.example/"]
)
def test_a_good_address_is_kept_as_it_is(url: str) -> None:
    assert source(base_url=url).base_url == url


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "/etc/localtime", "Europe"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        source(timezone=zone)


@pytest.mark.parametrize(
    "index", ["memory", "off", "sqlite:///match.db", "sqlite:////var/match.db", "postgresql://db/x"]
)
def test_documented_indexes_are_taken(index: str) -> None:
    assert IdentitySettings(index=index).index == index


@pytest.mark.parametrize("index", ["", "redis://x", "sqlite://match.db", "sqlite:///", "postgresql://"])
def test_other_indexes_are_refused(index: str) -> None:
    with pytest.raises(ValidationError, match="sqlite:///path"):
        IdentitySettings(index=index)


def test_the_command_line_changes_host_and_port() -> None:
    settings = serving(Settings(sources=(source(),)), host="localhost", port=9001)
    assert (settings.server.host, settings.server.port) == ("localhost", 9001)
    assert serving(settings) == settings


def test_the_command_line_is_held_to_the_same_rules() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        serving(Settings(sources=(source(),)), host="0.0.0.0", port=70_000)  # noqa: S104  # it is refused
    assert refusal.value.message.splitlines() == [
        "--host: must be 127.0.0.1, ::1 or localhost: any other host needs [auth]",
        "--port: must be less than or equal to 65535",
    ]


def test_the_file_is_the_options_then_the_environments_then_the_folders(tmp_path: Path) -> None:
    assert locate(None, {}, tmp_path) is None
    usual = tmp_path / "gateway.toml"
    usual.touch()
    assert locate(None, {}, tmp_path) == usual
    assert locate(None, {"GATEWAY_CONFIG": "other.toml"}, tmp_path) == Path("other.toml")
    assert locate(Path("mine.toml"), {"GATEWAY_CONFIG": "other.toml"}, tmp_path) == Path("mine.toml")


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - {"sources"}))
def test_every_table_of_the_settings_can_stand_in_the_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(f"[{name}]\n")
    with pytest.raises(ConfigurationError) as caught:
        load(path, TYPES, {})
    assert "unknown table" not in str(caught.value)


def test_with_auth_any_host_is_served() -> None:
    auth = {"keys": [{"name": "till", "digest": "sha256:" + "0" * 64}]}
    settings = Settings.model_validate({"sources": (source(),), "server": {"host": "0.0.0.0"}, "auth": auth})  # noqa: S104
    assert serving(settings, host="::").server.host == "::"
    with pytest.raises(ValidationError, match=r"any other host needs \[auth\]"):
        Settings.model_validate({"sources": (source(),), "server": {"host": "0.0.0.0"}})  # noqa: S104


def test_every_scope_can_be_given_to_a_key() -> None:
    assert [scope.value for scope in Scope] == list(get_args(ScopeName))
