"""What differs on a GPU: types, kernels, where things lie. Skipped where there is none: `pytest -m gpu`."""

from __future__ import annotations

import math

import pytest

from kgllm.tuning.encoding.batches import collate
from kgllm.tuning.encoding.encode import Encoder
from kgllm.tuning.proving.proof import evaluate
from kgllm.tuning.rows import row_of
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.grade import grade
from kgllm.tuning.training.loss import is_plain, losses
from kgllm.tuning.training.runs import tune
from kgllm.tuning.weights.methods import apply

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")]


def gemma():
    """Gemma 3's very layers, small: sliding windows, norms of queries and keys, the head tied."""
    import transformers

    torch.manual_seed(0)
    config = transformers.Gemma3TextConfig(
        vocab_size=600,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=6,
        num_attention_heads=4,
        num_key_value_heads=1,
        head_dim=32,
    )
    return transformers.Gemma3ForCausalLM(config).eval().cuda()


@pytest.mark.parametrize("kind, near", [("float32", 2e-3), ("bfloat16", 0.15)])
def test_packed_rows_have_the_logits_of_rows_alone(apart, kind, near):
    generator = torch.Generator().manual_seed(0)
    rows = [torch.randint(5, 600, (n,), generator=generator).tolist() for n in (3, 40, 17, 90, 60)]
    apart(gemma().to(getattr(torch, kind)), rows, length=256, near=near)


def test_the_shorter_way_has_the_gradients_of_pefts_in_bfloat16():
    def gradients(plain):
        torch.manual_seed(1)
        model = apply(gemma().bfloat16(), TuneSettings(rank=4)).train()
        with torch.no_grad():
            for name, one in model.named_parameters():
                if one.requires_grad:
                    one += 0.02 * torch.randn(one.shape, generator=torch.Generator().manual_seed(len(name))).to(one.device)
        for one in model.modules() if plain else ():
            one.__dict__.pop("forward", None)
        ids = torch.randint(5, 600, (4, 30), generator=torch.Generator().manual_seed(0)).tolist()
        batch = {name: one.cuda() for name, one in collate([(row, row) for row in ids], pad=0).items()}
        with torch.autocast("cuda", torch.bfloat16):
            summed, count, _ = losses(model, batch)
        summed.backward()
        assert is_plain(model) and count == 4 * 29
        return float(summed.detach()), torch.cat([one.grad.flatten() for one in model.parameters() if one.grad is not None])

    (loss, ours), (same, theirs) = gradients(plain=False), gradients(plain=True)
    assert loss == pytest.approx(same, rel=1e-2)
    assert float((ours - theirs).norm() / theirs.norm()) < 0.05


def test_a_run_trains_in_bfloat16_holds_its_states_there_and_answers_in_batches(folder, rows, texts, tmp_path):
    given = TuneSettings(steps=40, batch=16, rank=16, rate=1e-2, known=2, general=2, check_every=20, save_every=20, budget=None)
    run = tune(folder(), rows(), tmp_path / "out", settings=given, known=rows()[:4], general=texts, held_out=rows())
    model = run.model
    assert model.device.type == "cuda" and next(model.parameters()).dtype is torch.bfloat16
    assert all(one.dtype is torch.float32 for one in model.parameters() if one.requires_grad)
    assert run.history[-1]["held_out_loss"] < run.history[0]["held_out_loss"]
    assert all(math.isfinite(one["perplexity"]) for one in run.history)
    assert torch.cuda.max_memory_allocated() > 0
    proof = evaluate(run, {"seen": rows()[:6]}, max_tokens=4)
    assert set(proof.figures) == {"untuned", "tuned"}


def test_a_run_on_a_gpu_resumes_where_it_was_cut(folder, rows, texts, cut, tmp_path):
    given = TuneSettings(steps=6, batch=4, rank=4, known=1, general=1, check_every=3, save_every=3, budget=None, dropout=0.1)
    more = {"settings": given, "known": rows()[:4], "general": texts}
    whole = tune(folder(), rows(), tmp_path / "whole", **more)
    again, _ = cut(folder(), rows(), tmp_path / "again", at=4, **more)
    own = dict(whole.model.named_parameters())
    assert all(torch.allclose(one, own[name], rtol=1e-2, atol=1e-4) for name, one in again.model.named_parameters())


def test_grading_on_a_gpu_is_grading_on_the_processor(tiny, rows):
    model, tokenizer = tiny(chat=False)
    encoder = Encoder(tokenizer)
    given = [encoder.graded(row_of(row)) for row in rows()]
    here, there = grade(model, given, pad=0), grade(model.cuda(), given, pad=0)
    assert there.nll == pytest.approx(here.nll, rel=1e-3)
    assert there.right == here.right
