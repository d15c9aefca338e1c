"""The command line: its texts, its exit codes, and what it says of mistakes."""

from __future__ import annotations

import json
import re
import socket
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.access import digest_of
from gateway.cli import main
from gateway.cli.document import documents
from gateway.cli.grid import Grid
from gateway.cli.sandbox import parse_fault
from gateway.sandbox import Fault, FaultKind
from gateway.settings import AuthSettings

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory without a configured environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GATEWAY_CONFIG", raising=False)
    return tmp_path


def test_every_mistake_of_the_configuration_is_a_line_and_the_exit_code_is_2(folder: Path) -> None:
    (folder / "gateway.toml").write_text('[server]\nprot = 1\n[[sources]]\nname = "Shop"\n', encoding="utf-8")
    for command in ("serve", "check", "sources"):
        result = run(command)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.splitlines()[0] == (
            'gateway.toml: [server]: prot: unknown key; did you mean "port"?'
        )
        assert len(result.stderr.splitlines()) > 2
        assert "Traceback" not in result.stderr


def test_a_missing_configuration_file_is_named(folder: Path) -> None:
    result = run("serve", "--config", "other.toml")
    assert (result.exit_code, result.stderr) == (2, "other.toml: there is no such file\n")
    assert list(folder.iterdir()) == []


def test_a_taken_port_is_named_with_the_option_before_anything_starts(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"Port {port} of 127.0.0.1 is taken; choose another with --port N" in result.stderr
    assert list(folder.iterdir()) == []


def test_only_loopback_hosts_are_served(folder: Path) -> None:
    result = run("serve", "--host", "192.0.2.1")
    assert result.exit_code == 2
    assert result.stderr.startswith("--host: must be 127.0.0.1")
    assert list(folder.iterdir()) == []


def test_options_of_the_sandbox_beside_a_configuration_are_refused(folder: Path) -> None:
    (folder / "gateway.toml").write_text("", encoding="utf-8")
    result = run("serve", "--size", "10")
    assert result.exit_code == 2
    assert "are the sandbox's, but gateway.toml is configured" in result.stderr


def test_the_printed_documents_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """README, configuration reference and capability tables are what `gateway docs` prints; else run it."""
    monkeypatch.chdir(ROOT)
    stale = [path for path, text in documents().items() if path.read_text(encoding="utf-8") != text]
    assert stale == []


def test_sources_shows_every_vendor_without_a_configuration_as_text_and_as_markdown(folder: Path) -> None:
    from gateway.vendors import SPECS

    text, markdown = run("sources").stdout, run("sources", "--markdown").stdout
    for name in SPECS:
        assert name in text.splitlines()[0]
        assert f"| {name} |" in markdown.splitlines()[0]
    assert list(folder.iterdir()) == []


def test_a_long_cell_goes_on_below_in_its_own_column() -> None:
    grid = Grid(headings=["a", "b"], rows=[["x", "one " * 10], ["y", "z"]])
    assert grid.text().splitlines() == ["a  b", "x  one one one one one one one", "   one one one", "y  z"]


def test_a_fault_is_written_as_a_kind_and_pairs() -> None:
    assert parse_fault("status", ["status=500", "times=2", "method=GET"]) == Fault(
        kind=FaultKind.STATUS, status=500, times=2, method="GET"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nobody:outage", "'nobody' is none of"),
        ("nobody:melted", "melted"),
        ("nobody:status:status=ninety", "status"),
        ("nobody:status:colour=red", "colour"),
        ("nobody:status:500", "'500' is not KEY=VALUE"),
    ],
)
def test_a_wrong_fault_is_refused_with_its_reason(folder: Path, text: str, words: str) -> None:
    result = run("sandbox", "--port", "0", "--size", "1", "--fault", text)
    assert result.exit_code == 2, folder
    assert words in result.stderr


def test_a_fault_for_a_sandbox_that_does_not_run_says_so() -> None:
    result = run("fault", "http://127.0.0.1:9", "--clear")
    assert result.exit_code == 1
    assert "No sandbox answers at http://127.0.0.1:9" in result.stderr


QUERY = """query ($name: String!) {
  mine: customers(first: 5, filter: { name: { contains: $name } }) { nodes { id } }
  customer(by: { email: "ann@x.example" }) { id }
}"""


def test_a_plan_is_told_without_a_sandbox_or_anybody_elses_data(folder: Path) -> None:
    (folder / "query.graphql").write_text(QUERY, encoding="utf-8")
    (folder / "variables.json").write_text('{"name": "Zyxwvut"}', encoding="utf-8")
    words = ("explain", "query.graphql", "--variables", "variables.json")
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "mine: 5 by CREATED_AT DESC, name contains ***" in result.stdout
    assert "look-ups" in result.stdout
    told = json.loads(run(*words, "--json").stdout)
    assert [one["field"] for one in told["lists"]] == ["mine"]
    assert "zyxwvut" not in f"{result.stdout}{told}".lower()
    assert sorted(path.name for path in folder.iterdir()) == ["query.graphql", "variables.json"]


def test_a_query_that_cannot_be_explained_is_exit_code_1_with_its_errors(folder: Path) -> None:
    (folder / "query.graphql").write_text(QUERY, encoding="utf-8")
    result = run("explain", "query.graphql")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("INVALID_INPUT: ")


def test_variables_that_are_no_object_are_refused(folder: Path) -> None:
    (folder / "query.graphql").write_text(QUERY, encoding="utf-8")
    (folder / "variables.json").write_text("[1]", encoding="utf-8")
    result = run("explain", "query.graphql", "--variables", "variables.json")
    assert result.exit_code == 1
    assert "--variables: not a JSON object" in result.stderr


def test_a_new_key_is_printed_once_with_a_table_that_lets_it_in(folder: Path) -> None:
    told = run("key", "--name", "till").output
    (made,) = re.findall(r"^  (gwk_\S{40,})$", told, re.MULTILINE)
    table = told[told.index("[[auth.keys]]") :]
    assert made not in table
    settings = AuthSettings.model_validate(tomllib.loads(table)["auth"])
    assert [(key.name, key.digest, key.scopes) for key in settings.keys] == [
        ("till", digest_of(made), ("customers:read",))
    ]
    assert made not in run("key").output
    assert list(folder.iterdir()) == []


def test_strangers_are_not_served_without_auth(folder: Path) -> None:
    result = run("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104  # it is refused
    assert result.exit_code == 2
    assert "any other host needs [auth]" in result.output
    assert list(folder.iterdir()) == []
