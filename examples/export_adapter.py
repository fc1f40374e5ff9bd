"""Hand an adapter on: merged into one model, and as GGUF for llama.cpp and Ollama; several adapters on one base."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kgllm.testing import tiny_model
from kgllm.tuning import Adapters, TuneSettings, export, tune

FILMS = [
    {"question": f"Who directed Film {letter}?", "answers": [name]} for letter, name in zip("ABCD", ("Ana", "Bo", "Cy", "Di"), strict=True)
]
SONGS = [
    {"question": f"Who wrote Song {letter}?", "answers": [name]} for letter, name in zip("ABCD", ("Eva", "Finn", "Gil", "Hal"), strict=True)
]


def main() -> None:
    """Tune two adapters, export one, and switch between them."""
    root = Path(tempfile.mkdtemp())
    model = str(tiny_model(root / "tiny"))
    settings = TuneSettings(steps=4, batch=4, known=0, general=0, length=128)
    films = tune(model, FILMS, root / "films", settings=settings).folder
    songs = tune(model, SONGS, root / "songs", settings=settings).folder
    print("merged:", sorted(path.name for path in export(films, root / "merged").iterdir() if path.suffix == ".safetensors"))
    file = export(films, root / "gguf", format="gguf", quant="Q8_0")
    print("gguf:", file.name, f"{file.stat().st_size / 1e6:.1f} MB")
    several = Adapters(model)
    several.add("films", films)
    several.add("songs", songs)
    several.use("films")
    print("adapters on one base:", several.names)


if __name__ == "__main__":
    main()
