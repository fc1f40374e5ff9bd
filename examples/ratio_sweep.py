"""Domain to general data: 1 : 5 is the field's rule. Sweep it on your own model and rows, and see learned and forgotten side by side.

The model here is made on the spot and knows nothing, so the curve only shows how it is done.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from matplotlib.figure import Figure

from kgllm.testing import tiny_model
from kgllm.tuning import TuneSettings, mix, tune

DOMAIN = [
    {"question": f"Who directed Film {letter}?", "answers": [name]}
    for letter, name in zip("ABCDEF", ("Ana", "Bo", "Cy", "Di", "Ed", "Fay"), strict=True)
]
GENERAL = [{"question": f"What comes after {n}?", "answers": [str(n + 1)]} for n in range(30)]
RATIOS = ((1, 0), (1, 1), (1, 5))


def main(folder: str | None = None) -> Path:
    """Tune once for each ratio, with the same number of domain rows seen, and plot."""
    root = Path(folder or tempfile.mkdtemp())
    model = str(tiny_model(root / "tiny"))
    learned, kept = [], []
    for ratio in RATIOS:
        mixed = mix(DOMAIN, GENERAL, ratio=ratio)
        print(f"{ratio[0]} : {ratio[1]}", {name: mixed.report[name] for name in ("domain", "general", "each_general_row_stands")})
        batch = 6 * (1 + ratio[1]) // 2
        settings = TuneSettings(steps=10, batch=batch, known=0, general=0, rate=2e-2, check_every=10, length=64)
        run = tune(
            model, mixed.rows, root / f"ratio-{ratio[1]}", settings=settings, held_out=DOMAIN, general_held_out=GENERAL, ordered=True
        )
        learned.append(run.history[-1]["held_out_loss"])
        kept.append(run.history[-1]["perplexity"])
    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.subplots()
    places = [ratio[1] for ratio in RATIOS]
    axes.plot(places, learned, marker="o", label="loss on domain rows")
    axes.set(xlabel="general rows for each domain row", ylabel="loss")
    other = axes.twinx()
    other.plot(places, kept, marker="s", color="tab:red", label="perplexity of general rows")
    other.set_ylabel("perplexity")
    figure.legend(loc="outside upper center", ncols=2)  # over the axes it would hide the numbers of the right one
    figure.savefig(root / "ratio.png")
    print("plot:", root / "ratio.png")
    return root / "ratio.png"


if __name__ == "__main__":
    main()
