"""Tiny models, saved as folders, and rows to teach them."""

from __future__ import annotations

from pathlib import Path

import pytest

FILMS = [(f"Film {letter}", person) for letter, person in zip("ABCDEFGH", ("Ana", "Bo", "Cy", "Di", "Ed", "Fay", "Gus", "Hal"))]


@pytest.fixture(scope="session")
def rows():
    """Facts in two wordings, and a third that is held out."""
    wordings = ("Who directed {}?", "{} was directed by whom?", "Name the director of {}.")

    def make(held: bool = False) -> list[dict]:
        chosen = wordings[2:] if held else wordings[:2]
        return [{"question": one.format(film), "answers": [person], "kind": "one_hop"} for film, person in FILMS for one in chosen]

    return make


@pytest.fixture(scope="session")
def texts() -> list[str]:
    return [f"The film, its year and its actors are data. Line {i} of the page says abc {i}." for i in range(10)]


@pytest.fixture
def folder(tiny, tmp_path):
    """A tiny base model's folder."""

    def make(*, chat: bool = False) -> Path:
        model, tokenizer = tiny(chat=chat)
        place = tmp_path / ("chat" if chat else "base")
        if not place.exists():
            model.save_pretrained(place)
            tokenizer.save_pretrained(place)
        return place

    return make


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Tiny models lose more in waking threads than they gain."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
