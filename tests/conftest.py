"""What every test may use. Real data lies beside the checkout (../shared/data) and is never part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the benchmark data, named by KGLLM_SHARED or beside the checkout; skips where it is absent."""
    for folder in (os.environ.get("KGLLM_SHARED"), ROOT.parent / "shared", ROOT.parent.parent / "shared"):
        if folder and (Path(folder) / "data").is_dir():
            return Path(folder) / "data"
    pytest.skip("needs the benchmark data in ../shared/data (or KGLLM_SHARED)")
