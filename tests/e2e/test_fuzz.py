"""What a fuzzer makes of the schema: whatever it asks, no status of 500, no fault of ours, no word of the inside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

Running = Any
"""See the fixtures in conftest.py, which cannot be imported from."""

PROJECT = Path(__file__).resolve().parents[1] / "http"
PROGRAM = PROJECT / ".venv" / "bin" / "schemathesis"
CASES = int(os.environ.get("FUZZ_CASES", "4"))
"""Of each query and mutation; `make fuzz` asks for more."""
OPTIONS = {
    "--phases": "fuzzing",
    "--max-examples": str(CASES),
    "--seed": "1",
    "--checks": "is_no_fault",
    "--suppress-health-check": "all",
    "--generation-database": "none",
}


def test_no_made_up_operation_meets_a_fault(start: Any, tmp_path: Path) -> None:
    if not PROGRAM.is_file():
        pytest.skip("the fuzzer is not installed: make fuzz")
    gateway: Running = start("--size", "30", "--no-rate-limits")
    done = subprocess.run(  # noqa: S603
        [PROGRAM, "run", gateway.url, *(word for pair in OPTIONS.items() for word in pair)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "SCHEMATHESIS_HOOKS": "fuzz"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
