"""Virtual tokens begin as words: before the first step a model answers as if those words stood before the question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kgllm.errors import CheckpointError
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.runs import tune
from kgllm.tuning.weights.methods import apply
from kgllm.tuning.weights.virtual import begin_as, words_of

torch = pytest.importorskip("torch")
WORDS, REST = [3, 7, 9, 11, 4, 6], [5, 8, 13]


@pytest.mark.parametrize("method", ["prompt", "p-tuning", "prefix", "p-tuning-v2"])
def test_a_fresh_model_answers_as_with_the_words_before(tiny, method):
    model, _ = tiny()
    with torch.no_grad():
        wanted = model(torch.tensor([WORDS + REST])).logits[:, -len(REST) :]
    model = apply(model, TuneSettings(method=method, virtual=len(WORDS))).eval()
    with torch.no_grad():
        drawn = model(torch.tensor([REST])).logits[:, -len(REST) :]
        begin_as(model, WORDS)
        found = model(torch.tensor([REST])).logits[:, -len(REST) :]
    assert not torch.allclose(drawn, wanted, atol=0.1)
    assert torch.allclose(found, wanted, atol=1e-4)
    assert all(one.dtype == torch.float32 for one in model.parameters() if one.requires_grad)


def test_words_are_those_of_the_first_rows_without_what_begins_a_text(tiny):
    _, tokenizer = tiny()
    special = tokenizer.all_special_ids[0]
    assert words_of([[special, 9, 8], [special, 7], [6]], tokenizer, 3) == [9, 8, 7]
    assert words_of([[special, 9, 8]], tokenizer, 5) == [9, 8, 9, 8, 9]
    assert words_of([[special]], tokenizer, 2) == [special, special]


@pytest.mark.parametrize("method", ["prompt", "p-tuning", "prefix", "p-tuning-v2"])
def test_a_run_goes_on_from_virtual_tokens_that_were_saved(method, folder, rows, tmp_path):
    """Their network is not saved: going on, and so `update`, was refused as another method's or other sizes."""
    given = TuneSettings(method=method, steps=3, batch=4, known=0, general=0, length=128, virtual=4)
    first = tune(folder(), rows(), tmp_path / "first", settings=given)
    still = replace(given, steps=1, rate=1e-9, warmup=0.0)
    later = tune(folder(), rows(), tmp_path / "later", settings=still, start=tmp_path / "first")
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    with torch.no_grad():
        assert torch.allclose(first.model(ids).logits, later.model(ids).logits, atol=1e-3)
    with pytest.raises(CheckpointError, match="sizes"):
        tune(folder(), rows(), tmp_path / "more", settings=replace(given, virtual=5), start=tmp_path / "first")
    with pytest.raises(CheckpointError, match="another method"):
        tune(folder(), rows(), tmp_path / "other", settings=replace(given, method="lora", virtual=16), start=tmp_path / "first")
