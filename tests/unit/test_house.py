"""Rules about the files themselves: what may be tracked, which names stand where, what every module says first."""

from __future__ import annotations

import json
import re
import subprocess
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

REGISTRY = re.compile(
    r"(pypi|python"
    r"hosted|npm"
    r"js|yarnpkg|unpkg|jsdelivr|cdnjs|esm|crates|rubygems)\.(org|com|net|sh|io)\b"
    r"|(?<!no-emit-)(index[-]url|find[-]links)",
    re.IGNORECASE,
)
CODE = {".py", ".js", ".mjs", ".jsx", ".ts", ".css", ".html"}
VAGUE = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

# A vendor's name may stand in what describes that vendor, in its tests, and in what is written for people.
VENDOR_NAMES_ALLOWED = (
    "gateway/vendors/*",
    "gateway/sandbox/*",
    "gateway/settings.py",
    "resolvers/vendor*",
    "schema.graphql",
    "tests/vendors/*",
    "tests/sandbox/*",
    "tests/resolvers/*",
    "tests/federation/*",
    "tests/writes/*",
    "tests/unit/test_settings*.py",
    "benchmarks/*",
    "docs/*",
    "*.md",
)


# The closed set of vendors, as the domain declares it: one line a vendor, and nothing else about it.
VENDOR_MEMBER = re.compile(r'^    ([A-Z0-9_]+) = "[a-z0-9_]+"$', re.MULTILINE)
VENDOR_SET = Path("gateway/customer.py")


@cache
def list_files() -> tuple[Path, ...]:
    """Every file of the checkout that is tracked or would be, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return tuple(Path(name) for name in sorted(set(listed.split("\0")) - {""}) if (ROOT / name).is_file())


def list_modules() -> list[Path]:
    return [path for path in list_files() if path.suffix == ".py"]


@cache
def read_text(path: Path) -> str:
    """The file's text; a binary file has none."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def list_vendors() -> list[str]:
    """The vendors' names are those of their modules, so that a new one is held to the rule at once."""
    return [
        path.stem for path in (ROOT / "gateway" / "vendors").iterdir() if not path.name.startswith(("_", "."))
    ]


def test_no_file_holds_the_address_of_a_package_registry() -> None:
    assert {str(path) for path in list_files() if REGISTRY.search(read_text(path))} == set()


def test_nothing_built_or_vendored_is_tracked() -> None:
    built = {"node_modules", "static", "dist", "vendor", "third_party"}
    assert [str(path) for path in list_files() if built & set(path.parts) or ".min." in path.name] == []


def test_no_code_is_minified() -> None:
    lines = (
        (path, line) for path in list_files() if path.suffix in CODE for line in read_text(path).splitlines()
    )
    assert {str(path) for path, line in lines if len(line) > 400} == set()


def test_every_locked_python_package_is_pinned_by_hash_and_without_an_address() -> None:
    locks = [path for path in list_files() if path.name == "requirements.lock"]
    assert locks
    for lock in map(read_text, locks):
        assert "://" not in lock
        for entry in re.split(r"\n(?=\S)", lock.strip()):
            assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
            assert "--hash=sha256:" in entry, entry


def test_every_locked_npm_package_is_pinned_by_hash_and_without_an_address() -> None:
    locks = [path for path in list_files() if path.name == "package-lock.json"]
    assert locks
    for lock in locks:
        packages = json.loads(read_text(lock))["packages"]
        installed = {name: entry for name, entry in packages.items() if name}
        assert installed
        loose = [name for name, entry in installed.items() if "integrity" not in entry or "resolved" in entry]
        assert loose == [], lock


def test_npm_packages_are_asked_for_by_exact_version() -> None:
    for project in (path for path in list_files() if path.name == "package.json"):
        told = json.loads(read_text(project))
        asked = {**told.get("dependencies", {}), **told.get("devDependencies", {})}
        loose = [name for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)]
        assert loose == [], project


def test_a_vendor_is_named_only_where_vendors_are_described() -> None:
    vendors = list_vendors()
    assert vendors
    names = re.compile("|".join(vendors), re.IGNORECASE)
    elsewhere = [
        path for path in list_files() if not any(fnmatch(str(path), part) for part in VENDOR_NAMES_ALLOWED)
    ]
    assert {str(path) for path in elsewhere if names.search(f"{path}\n{read_beside_the_set(path)}")} == set()


def read_beside_the_set(path: Path) -> str:
    return VENDOR_MEMBER.sub("", read_text(path)) if path == VENDOR_SET else read_text(path)


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    silent = [path for path in list_modules() if not re.match(r'r?"""\S+ \S+ \S+', read_text(path))]
    assert [str(path) for path in silent] == []


def test_a_module_stays_readable_in_one_sitting() -> None:
    """Tests are exempt: theirs are tables of cases more than text to follow."""
    code = [path for path in list_modules() if path.parts[0] != "tests"]
    assert code
    assert [str(path) for path in code if len(read_text(path).splitlines()) > 400] == []


def test_a_module_is_named_for_what_it_holds() -> None:
    assert [str(path) for path in list_modules() if VAGUE & {*path.parts[:-1], path.stem}] == []
