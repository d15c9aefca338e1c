"""Every kind of mistake in gateway.toml, with the exact words that tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.settings import SourceSettings, load
from gateway.vendors.foodics import FoodicsSettings
from gateway.vendors.spiffy import SpiffySettings
from gateway.vendors.tiendanube import TiendanubeSettings

TYPES: dict[str, type[SourceSettings]] = {
    "foodics": FoodicsSettings,
    "spiffy": SpiffySettings,
    "tiendanube": TiendanubeSettings,
}

MATAM = """
[[sources]]
name = "matam"
vendor = "foodics"
base_url = "https://api.foodics.com/v5"
access_token = "hidden"
"""


def mistakes(folder: Path, text: str | bytes, environment: dict[str, str] | None = None) -> list[str]:
    """What is told of a file, a line each, less the file's path."""
    path = folder / "gateway.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as refusal:
        load(path, TYPES, environment or {})
    assert "hidden" not in refusal.value.message
    lines = refusal.value.message.splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[server]\nprot = 1\nport = 80\n", '[server]: prot: unknown key; did you mean "port"?'),
        ("[server]\nxyz = 1\n", "[server]: xyz: unknown key"),
        ("[servr]\nport = 80\n", '[servr]: unknown table; did you mean "server"?'),
        ('[secret]\ntoken = "hidden"\n', "[secret]: unknown table"),
        ("port = 80\n", "port: unknown key outside a table"),
        ("cache = 5\n", "[cache]: must be a table"),
        (
            '[server]\nhost = "0.0.0.0"\n',
            "[server]: host: must be 127.0.0.1, ::1 or localhost: any other host needs [auth]",
        ),
        (
            '[auth]\nissuer = "x"\naudience = "y"\n',
            "[auth]: tokens need jwks, issuer and audience, all three",
        ),
        (
            '[auth]\njwks = "http://id.example/jwks"\nissuer = "x"\naudience = "y"\n',
            "[auth]: jwks: must begin with https://, since whoever changes the keys on the way could sign tokens",
        ),
        (
            '[[auth.keys]]\nname = "a"\ndigest = "gwk_hidden"\n',
            "[auth]: keys 1 digest: must be a digest as `gateway key` prints it, never the key itself",
        ),
        (
            f'[[auth.keys]]\nname = "sub:ann"\ndigest = "{DIGEST}"\n',
            "[auth]: keys 1 name: must be 1 to 64 letters, digits, blanks, dots, hyphens and underscores",
        ),
        (
            f'[[auth.keys]]\nname = "a"\ndigest = "{DIGEST}"\nsources = ["absent"]\n',
            "[[auth.keys]] 1 (a): sources: there is no source 'absent'",
        ),
        (
            f'[[auth.keys]]\nname = "a"\ndigest = "{DIGEST}"\nsource = ["matam"]\n',
            "[auth]: keys 1 source: unknown key",
        ),
        ("[documents]\ntrusted_only = true\n", "[documents]: trusted_only needs a manifest"),
        ("[server]\nport = 70000\n", "[server]: port: must be less than or equal to 65535"),
        (
            '[server]\nport = "http"\n',
            "[server]: port: must be a valid integer, unable to parse string as an integer",
        ),
        ("[server]\nport = true\n", "[server]: port: must not be true or false"),
        ('[server]\ncursor_secret = "hidden"\n', "[server]: cursor_secret: must have at least 16 characters"),
        ("[server]\ncursor_secret = 5\n", "[server]: cursor_secret: must be a valid string"),
        ("[cache]\nttl = -1\n", "[cache]: ttl: must be greater than or equal to 0"),
        ("[cache]\nscan_ttl = inf\n", "[cache]: scan_ttl: must be a finite number"),
        ("[limits]\nvendor_calls = 0\n", "[limits]: vendor_calls: must be greater than or equal to 1"),
        ("[limits]\ndeadline = 0\n", "[limits]: deadline: must be greater than 0"),
        (
            "[limits]\nin_memory_records = 1.5\n",
            "[limits]: in_memory_records: must be a valid integer, got a number with a fractional part",
        ),
        ('[identity]\nmatch = ["phone"]\n', "[identity]: match: must be 'email'"),
        ('[identity]\nmatch = "email"\n', "[identity]: match: must be a valid tuple"),
        ('[identity]\nlookup = "fast"\n', "[identity]: lookup: must be 'auto', 'live' or 'index'"),
        (
            '[identity]\nindex = "mysql://hidden"\n',
            '[identity]: index: must be "memory", "off", "sqlite:///path" or "postgresql://…"',
        ),
        (
            '[identity]\nlookup = "index"\nindex = "off"\n',
            '[identity]: lookup = "index" needs an index, which index = "off" turns off',
        ),
    ],
)
def test_a_mistake_in_a_table_is_told_by_table_and_key(tmp_path: Path, text: str, told: str) -> None:
    assert mistakes(tmp_path, text + MATAM) == [told]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('access_token = "hidden"', "", "access_token: is missing"),
        ('access_token = "hidden"', 'access_token = ""', "access_token: must not be empty"),
        (
            'name = "matam"',
            'name = "matam"\ncurrency = "euro"',
            "currency: must be a currency's three capital letters (ISO 4217), such as EUR",
        ),
        ('name = "matam"', 'name = "matam"\ntimeout = 0', "timeout: must be greater than 0"),
        ('name = "matam"', 'name = "matam"\npushdown = "lax"', "pushdown: must be 'trusting' or 'strict'"),
        (
            'name = "matam"',
            'name = "matam"\ntimezone = "Europe/Roma"',
            'timezone: is not a time zone of the IANA database, such as Europe/Rome; did you mean "Europe/Rome"?',
        ),
        (
            "https://api",
            "https://me:hidden@api",
            "base_url: must not hold credentials; they have keys of their own",
        ),
        ("https://api", "ftp://api", "base_url: must begin with http:// or https://"),
        ("/v5", "/v5?key=hidden", "base_url: must not hold a query or a fragment"),
        ("https://api.foodics.com/v5", "https:///v5", "base_url: must name a host, and hold no blanks"),
        (
            '"foodics"',
            '"fodics"',
            'vendor: is not a known vendor (foodics, spiffy, tiendanube); did you mean "foodics"?',
        ),
        ('"foodics"', '"magento"', "vendor: is not a known vendor (foodics, spiffy, tiendanube)"),
        ('vendor = "foodics"', "", "vendor: is missing"),
        ('vendor = "foodics"', "vendor = 5", "vendor: must be a valid string"),
    ],
)
def test_a_mistake_in_a_source_is_told_by_number_name_and_key(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert mistakes(tmp_path, MATAM.replace(old, new)) == [f"[[sources]] 1 (matam): {told}"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Matam", "[[sources]] 1 (Matam)"),
        ("9", "[[sources]] 1 (9)"),
        ("x" * 33, f"[[sources]] 1 ({'x' * 33})"),
        ("a\\nb", "[[sources]] 1"),
    ],
)
def test_a_bad_name_is_told(tmp_path: Path, name: str, place: str) -> None:
    told = "name: must be 1 to 32 lower-case letters, digits and hyphens, a letter first"
    assert mistakes(tmp_path, MATAM.replace('"matam"', f'"{name}"')) == [f"{place}: {told}"]


def test_two_sources_of_one_name_are_told_at_the_second(tmp_path: Path) -> None:
    assert mistakes(tmp_path, MATAM + MATAM) == [
        "[[sources]] 2 (matam): name: is already that of [[sources]] 1 (matam)"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "[[sources]]: at least one is needed"),
        ("sources = []", "[[sources]]: at least one is needed"),
        ("sources = 5", "[[sources]]: must be tables"),
        ("sources = [5]", "[[sources]]: must be tables"),
        ('[sources]\nname = "a"', "[sources]: must be written [[sources]], since there can be several"),
    ],
)
def test_a_file_without_sources_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert mistakes(tmp_path, text) == [told]


SHOP = '[[sources]]\nname = "shop"\nvendor = "spiffy"\nbase_url = "https://shop.spiffystores.com"\n'


def test_a_vendors_combination_is_told_even_beside_an_unknown_key(tmp_path: Path) -> None:
    told = mistakes(tmp_path, SHOP + 'api_key = "hidden"\napi_pasword = "hidden"\n')
    assert told == [
        '[[sources]] 1 (shop): api_pasword: unknown key; did you mean "api_password"?',
        "[[sources]] 1 (shop): api_password must be given without access_token",
    ]


def test_two_ways_at_once_are_told(tmp_path: Path) -> None:
    told = mistakes(tmp_path, SHOP + 'api_key = "hidden"\napi_password = "hidden"\naccess_token = "hidden"\n')
    assert told == ["[[sources]] 1 (shop): give either api_key and api_password or access_token, not both"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("${TOKEN}", "the environment has no variable TOKEN"),
        ("a${TOKEN}b${TOKEN}", "the environment has no variable TOKEN"),
        ("${TO KEN}", '"${" must be followed by a variable\'s name and "}"; write "$${" for the text'),
        ("${hidden", '"${" must be followed by a variable\'s name and "}"; write "$${" for the text'),
    ],
)
def test_a_variable_that_is_not_there_is_told_by_name(tmp_path: Path, value: str, told: str) -> None:
    text = MATAM.replace('"hidden"', f'"{value}"')
    assert mistakes(tmp_path, text) == [f"[[sources]] 1 (matam): access_token: {told}"]


def test_an_unset_variable_is_told_once_whatever_its_key_wants(tmp_path: Path) -> None:
    text = '[server]\nport = "${PORT}"\n' + MATAM.replace("https://api.foodics.com/v5", "${BASE}")
    assert mistakes(tmp_path, text) == [
        "[server]: port: the environment has no variable PORT",
        "[[sources]] 1 (matam): base_url: the environment has no variable BASE",
    ]


def test_an_empty_variable_is_as_an_empty_value(tmp_path: Path) -> None:
    text = MATAM.replace('"hidden"', '"${TOKEN}"')
    assert mistakes(tmp_path, text, {"TOKEN": ""}) == [
        "[[sources]] 1 (matam): access_token: must not be empty"
    ]


def test_what_a_variable_holds_is_never_told(tmp_path: Path) -> None:
    text = '[server]\nport = "${A}"\n[identity]\nindex = "${A}"\n' + MATAM.replace(
        "https://api.foodics.com/v5", "${A}"
    )
    assert mistakes(tmp_path, text, {"A": "hidden"}) == [
        "[server]: port: must be a valid integer, unable to parse string as an integer",
        '[identity]: index: must be "memory", "off", "sqlite:///path" or "postgresql://…"',
        "[[sources]] 1 (matam): base_url: must begin with http:// or https://",
    ]


def test_all_mistakes_are_told_at_once_in_the_files_order(tmp_path: Path) -> None:
    text = (
        "[server]\nport = -1\n[limits]\ndeadline = -1\n"
        + MATAM.replace('"foodics"', '"x"')
        + MATAM
        + """
[[sources]]
name = "loja"
vendor = "tiendanube"
base_url = "https://api.tiendanube.com/v1"
access_token = "${TOKEN}"
store = "1"
user_agent = "Example (ops@example.com)"
"""
    )
    assert mistakes(tmp_path, text) == [
        "[server]: port: must be greater than or equal to 0",
        "[limits]: deadline: must be greater than 0",
        "[[sources]] 1 (matam): vendor: is not a known vendor (foodics, spiffy, tiendanube)",
        "[[sources]] 2 (matam): name: is already that of [[sources]] 1 (matam)",
        "[[sources]] 3 (loja): access_token: the environment has no variable TOKEN",
        "[[sources]] 3 (loja): store_id: is missing",
        '[[sources]] 3 (loja): store: unknown key; did you mean "store_id"?',
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            b'[server]\nhost "hidden"\n',
            "is not valid TOML: Expected '=' after a key in a key/value pair (at line 2, column 6)",
        ),
        (b"[server]\nport = \n", "is not valid TOML: Invalid value (at line 2, column 8)"),
        (
            b"[server]\n[server]\n",
            "is not valid TOML: Cannot declare ('server',) twice (at line 2, column 8)",
        ),
        (b'[server]\nhost = "\xff"\n', "is not UTF-8 (at line 2)"),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path, text: bytes, told: str) -> None:
    assert mistakes(tmp_path, text) == [told]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: there is no such file$"):
        load(tmp_path / "nowhere.toml", TYPES, {})


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be read: Is a directory$"):
        load(tmp_path, TYPES, {})
