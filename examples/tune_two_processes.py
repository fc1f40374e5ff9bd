"""Two processes train one adapter (DDP). On GPUs: one process each, the same command.

torchrun --nproc_per_node 2 examples/tune_two_processes.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from kgllm.testing import tiny_model
from kgllm.tuning import TuneSettings, tune

ROWS = [
    {"question": f"Who directed Film {letter}?", "answers": [name]} for letter, name in zip("ABCD", ("Ana", "Bo", "Cy", "Di"), strict=True)
]


def worker(root: Path) -> None:
    """What each process runs: the same as one alone would."""
    settings = TuneSettings(steps=4, batch=2, known=0, general=0, length=128)
    run = tune(str(root / "tiny"), ROWS, root / "out", settings=settings)
    if os.environ.get("RANK") == "0":
        print(f"{os.environ['WORLD_SIZE']} processes, {run.steps} steps, adapter: {run.folder.name}", flush=True)


def main() -> None:
    """Started alone, it starts two of itself."""
    if "RANK" in os.environ:
        worker(Path(os.environ["KGLLM_EXAMPLE"]))
        return
    root = Path(tempfile.mkdtemp())
    tiny_model(root / "tiny")
    environment = {**os.environ, "KGLLM_EXAMPLE": str(root), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", __file__]
    print(subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)  # noqa: S603


if __name__ == "__main__":
    main()
