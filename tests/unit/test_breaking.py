"""A change that breaks clients is refused until the changelog names it; any other passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.cli.breaking import list_breaks, list_untold

OLD = """
type Query { customer(id: ID!): Customer }
type Customer @key(fields: "id") @key(fields: "email") { id: ID!  email: String!  code: String }
"""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("  code: String", ""), "Field Customer.code was removed."),
        (("code: String", "code: Int"), "Field Customer.code changed type from String to Int."),
        (("String!", "String"), "Field Customer.email changed type from String! to String."),
        (("id: ID!)", "id: ID!, by: ID!)"), "A required argument Query.customer(by:) was added."),
        ((' @key(fields: "email")', ""), "Customer lost its key 'email'."),
    ],
)
def test_what_breaks_clients_is_found(change: tuple[str, str], sentence: str) -> None:
    assert list_breaks(OLD, OLD.replace(*change)) == [sentence]


def test_additions_break_nobody() -> None:
    new = OLD.replace("id: ID!)", "id: ID!, of: ID)").replace("code: String", "code: String!  name: String")
    assert list_breaks(OLD, new) == []


def test_only_the_unreleased_part_of_the_changelog_tells_a_break() -> None:
    told = "## [Unreleased]\n- `Customer.code was\n  removed.`\n## [1.0.0]\n- `Customer.id was removed.`\n"
    breaks = ["Customer.code was removed.", "Customer.id was removed."]
    assert list_untold(breaks, told) == ["Customer.id was removed."]


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose last release had one more field than the code has."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    text = CliRunner().invoke(main, ["schema"]).stdout
    (tmp_path / "schema.graphql").write_text(text, encoding="utf-8")
    path = tmp_path / "docs/released.graphql"
    path.write_text(text.replace("type Count {", "type Count {\n  exactly: Int"), encoding="utf-8")
    return path


@pytest.mark.usefixtures("released")
def test_the_check_refuses_a_break_until_the_changelog_names_it() -> None:
    refused = CliRunner().invoke(main, ["schema", "--check"])
    assert refused.exit_code == 1
    assert "- `Field Count.exactly was removed.`" in refused.stderr.splitlines()
    changelog = "## [Unreleased]\n\n- `Field Count.exactly was removed.` Ask for `value`.\n"
    Path("CHANGELOG.md").write_text(changelog, encoding="utf-8")
    assert CliRunner().invoke(main, ["schema", "--check"]).exit_code == 0


def test_a_release_makes_its_own_schema_the_one_that_clients_have(released: Path) -> None:
    assert CliRunner().invoke(main, ["schema", "--release"]).exit_code == 0
    assert released.read_text(encoding="utf-8") == Path("schema.graphql").read_text(encoding="utf-8")
    assert CliRunner().invoke(main, ["schema", "--check"]).exit_code == 0
