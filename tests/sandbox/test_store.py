"""What the sandbox was told lasts in its file, and a file is never half seeded."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.sandbox import Sandbox, SandboxOptions, StoreMismatch, create_app
from gateway.sandbox.option import OptionError

SIZE = 50


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


@pytest.fixture
def sandbox(path: Path) -> Iterator[Sandbox]:
    with create_app(SandboxOptions(size=SIZE, path=path)) as sandbox:
        yield sandbox


def test_the_same_options_give_the_same_records(sandbox: Sandbox) -> None:
    with create_app(SandboxOptions(size=SIZE)) as other:
        for vendor in sandbox.vendors:
            assert other.dump(vendor) == sandbox.dump(vendor)


def test_samples_come_on_top_of_the_size(sandbox: Sandbox) -> None:
    assert all(len(sandbox.dump(vendor)) > SIZE for vendor in sandbox.vendors)


def test_a_change_is_there_after_a_restart(path: Path) -> None:
    with create_app(SandboxOptions(size=SIZE, path=path)) as sandbox:
        customers = sandbox.state("storeden").customers
        changed = customers.select(limit=1)[0] | {"note": "changed"}
        customers.put(changed)
    with create_app(SandboxOptions(size=SIZE, path=path)) as sandbox:
        assert sandbox.state("storeden").customers.get(changed["id"]) == changed


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(("seed", "size"), [(2, SIZE), (1, SIZE + 1)])
def test_a_file_of_other_options_is_refused_with_both_named(path: Path, seed: int, size: int) -> None:
    with pytest.raises(StoreMismatch, match=rf"seed 1, size {SIZE},.* not seed {seed}, size {size},"):
        create_app(SandboxOptions(path=path, seed=seed, size=size))


def test_reset_seeds_anew(path: Path) -> None:
    with create_app(SandboxOptions(size=SIZE, path=path)) as sandbox:
        first = sandbox.dump("storeden")
        sandbox.load("storeden", [])
    with create_app(SandboxOptions(size=SIZE, path=path, reset=True)) as sandbox:
        assert sandbox.dump("storeden") == first


def test_a_killed_seeding_is_done_again(path: Path) -> None:
    """The process dies in the middle of the seeding; the next start finds nothing, and seeds everything."""
    program = (
        "import os, sys; from pathlib import Path; import gateway.sandbox.emulation as e;"
        "from gateway.sandbox import *; e.Emulation.finish = lambda self: os._exit(9);"
        f"create_app(SandboxOptions(size={SIZE}, path=Path(sys.argv[1])))"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, str(path)], check=False, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert killed.returncode == 9
    with (
        create_app(SandboxOptions(size=SIZE, path=path)) as again,
        create_app(SandboxOptions(size=SIZE)) as fresh,
    ):
        assert again.dump("storeden") == fresh.dump("storeden")


@pytest.mark.parametrize("size", [0, 200_001])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(OptionError, match="size"):
        SandboxOptions(size=size)


def test_load_replaces_and_dump_gives_back(sandbox: Sandbox) -> None:
    for vendor in sandbox.vendors:
        documents = sandbox.dump(vendor)[:5]
        sandbox.load(vendor, documents)
        assert sandbox.dump(vendor) == documents
