"""A training that is killed in the middle goes on where it was, and ends with the very same weights."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kgllm.testing import tiny_model
from kgllm.tuning import TuneSettings, tune

ROWS = [
    {"question": f"Who directed Film {letter}?", "answers": [name]}
    for letter, name in zip("ABCDEF", ("Ana", "Bo", "Cy", "Di", "Ed", "Fay"), strict=True)
]


class PowerCut(BaseException):
    """Nobody catches it."""


def cut_the_power(done: int, _of: int) -> None:
    """Ends the run without any warning after step 7."""
    if done == 7:
        raise PowerCut


def main() -> None:
    """Train once whole, once with a cut, and compare."""
    root = Path(tempfile.mkdtemp())
    model = str(tiny_model(root / "tiny"))
    settings = TuneSettings(steps=12, batch=4, known=0, general=0, save_every=5, check_every=6, length=128)
    whole = tune(model, ROWS, root / "whole", settings=settings)
    try:
        tune(model, ROWS, root / "cut", settings=settings, progress=cut_the_power)
    except PowerCut:
        print("cut after step 7; checkpoints:", sorted(path.name for path in (root / "cut.run").glob("step-*")))
    again = tune(model, ROWS, root / "cut", settings=settings)
    same = all(bool((one == other).all()) for one, other in zip(whole.model.parameters(), again.model.parameters(), strict=True))
    print(f"resumed and finished at step {again.steps}; the same weights, bit for bit: {same}")


if __name__ == "__main__":
    main()
