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


@pytest.fixture(scope="session")
def cut():
    """Begins a run, kills it after a step, and begins it again: what came of it, and the checkpoint that it went on from."""

    def resumed(model, rows, out: Path, *, at: int, **more):
        from kgllm.tuning.training.runs import tune
        from kgllm.tuning.weights.checkpoint import newest

        class Killed(BaseException):
            pass

        def killing(done, of):
            if done == at:
                raise Killed

        with pytest.raises(Killed):
            tune(model, rows, out, progress=killing, **more)
        left = newest(out.with_name(f"{out.name}.run"))
        return tune(model, rows, out, **more), left

    return resumed


@pytest.fixture(scope="session")
def apart():
    """Whether every row of a packed batch has the logits that it has alone: `near` is a share of the largest of them."""

    def check(model, rows, *, length: int, near: float) -> None:
        torch = pytest.importorskip("torch")
        from kgllm.tuning.encoding.batches import collate, evenly_packed
        from kgllm.tuning.training.loss import logits_at

        device = next(model.parameters()).device
        batch = {name: one.to(device) for name, one in collate([(row, row) for row in rows], pad=0, length=length, packing=True).items()}
        assert "attention_mask" not in batch  # with one, transformers lets documents see each other
        width = batch["input_ids"].shape[1]
        with torch.no_grad():
            together, _ = logits_at(model, batch, torch.ones_like(batch["input_ids"], dtype=torch.bool))
            for place, inside in enumerate(evenly_packed([len(row) for row in rows], length)):
                at = place * width
                for i in inside:
                    alone = model(torch.tensor([rows[i]], device=device), use_cache=False).logits[0]
                    found = together[at : at + len(rows[i])]
                    assert float((found - alone).abs().max()) < near * float(alone.abs().max()), i
                    at += len(rows[i])

    return check


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Tiny models lose more in waking threads than they gain."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
