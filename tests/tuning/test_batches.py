"""Packing is right, batches are what was said, and the loss at labels alone is the loss."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgllm.errors import ConfigError
from kgllm.tuning.encoding.batches import Batches, Passage, collate, evenly_packed, packed
from kgllm.tuning.encoding.encode import IGNORED, Encoded, Encoder
from kgllm.tuning.rows import Row, row_of
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.loss import base_states, losses
from kgllm.tuning.weights.methods import apply

torch = pytest.importorskip("torch")


def encoded(tokenizer, texts, chat=False):
    encoder = Encoder(tokenizer, chat=chat)
    return [encoder.encode(row_of({"question": text, "answers": ["yes"]})) for text in texts]


@pytest.mark.parametrize("method", ["lora", "adapter", "full"])
def test_packed_rows_have_the_logits_of_rows_alone(tiny, apart, method):
    model, tokenizer = tiny(chat=False)
    model = apply(model, TuneSettings(method=method, **({"width": 8} if method == "adapter" else {}))).eval()
    rows = [list(one.ids) for one in encoded(tokenizer, ["a?", "Who directed Inception?", "流浪地球的导演是谁？", "abc " * 9])]
    apart(model, rows, length=400, near=1e-4)
    apart(model, rows, length=max(map(len, rows)), near=1e-4)


def test_packed_and_padded_batches_have_one_loss(tiny):
    model, tokenizer = tiny(chat=False)
    rows = encoded(tokenizer, ["a?", "Who directed Inception?", "abc " * 9])
    with torch.no_grad():
        found = [
            losses(model, collate([(one.ids, one.labels) for one in rows], pad=0, length=length, packing=packing))
            for packing, length in ((False, 400), (True, 400), (True, 60))
        ]
    assert len({count for _, count, _ in found}) == 1
    for summed, _, _ in found[1:]:
        assert float(summed) == pytest.approx(float(found[0][0]), rel=1e-5)


def test_the_loss_is_transformers_own(tiny):
    model, tokenizer = tiny(chat=False)
    rows = encoded(tokenizer, ["a?", "Who directed Inception?"])
    batch = collate([(one.ids, one.labels) for one in rows], pad=0)
    with torch.no_grad():
        summed, count, _ = losses(model, batch)
        whole = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=batch["labels"]).loss
    assert float(summed) / count == pytest.approx(float(whole), rel=1e-5)


@pytest.mark.parametrize("method", ["lora", "prompt", "prefix", "full"])
def test_kl_to_the_base_is_nothing_before_training_and_something_after(tiny, method):
    model, tokenizer = tiny(chat=False)
    ids = tuple(tokenizer("The film, its year and its actors are data.")["input_ids"])
    passages = [Passage(ids, (2, 5), 0), Passage(ids[:7], (1, 3), 2)]
    states = base_states(model, passages, pad=0)
    assert len(states) == 4
    frozen = torch.nn.Linear(*model.lm_head.weight.shape[::-1], bias=False)
    frozen.weight.data = model.lm_head.weight.detach().clone()
    model = apply(model, TuneSettings(method=method))
    model.eval()
    batch = collate([], passages, pad=0)
    head = frozen if method == "full" else None
    kl = float(losses(model, batch, states, head)[2].detach())
    assert kl == pytest.approx(0, abs=1e-5) if method in ("lora", "full") else kl > 0.01
    with torch.no_grad():
        for name, one in model.named_parameters():
            if one.requires_grad:
                one += 0.05 * torch.randn(one.shape, generator=torch.Generator().manual_seed(len(name)))
    assert float(losses(model, batch, states, head)[2].detach()) > 1e-3


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.integers(50, 200))
def test_packing_loses_nothing_and_fits(lengths, length):
    bins = packed(lengths, length)
    assert sorted(i for one in bins for i in one) == list(range(len(lengths)))
    assert all(sum(lengths[i] for i in one) <= length for one in bins)
    full = [sum(lengths[i] for i in one) for one in bins]
    assert sum(1 for one in full if one <= length / 2) <= 1  # two half-empty sequences would have been one


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.integers(50, 200))
def test_packing_evenly_takes_no_more_sequences_and_no_more_places(lengths, length):
    plain, even = packed(lengths, length), evenly_packed(lengths, length)
    assert sorted(i for one in even for i in one) == list(range(len(lengths)))

    def longest(bins):
        return max(sum(lengths[i] for i in one) for one in bins)

    assert len(even) <= len(plain)
    assert longest(even) <= longest(plain)


def test_a_row_too_long_to_pack_is_refused():
    with pytest.raises(ConfigError, match="does not fit"):
        packed([9], 8)


def test_every_batch_has_its_known_rows_and_every_row_comes_once_before_any_twice():
    def one(token):
        return Encoded(ids=(token, 1), labels=(IGNORED, 1), row=Row(completion=""))

    rows, known = [one(100 + i) for i in range(7)], [one(200 + i) for i in range(3)]
    batches = Batches(rows, known=known, sizes=(2, 1, 0), count=7, pad=0, seed=3)
    seen = [[int(ids[0]) for ids in batches[i]["input_ids"]] for i in range(7)]
    assert all(sum(token >= 200 for token in step) == 1 for step in seen)
    taught = [token for step in seen for token in step if token < 200]
    assert sorted(taught[:7]) == list(range(100, 107))
    again = Batches(rows, known=known, sizes=(2, 1, 0), count=7, pad=0, seed=3)
    assert all(torch.equal(batches[i]["input_ids"], again[i]["input_ids"]) for i in range(7))
    assert [[int(ids[0]) for ids in Batches(rows, sizes=(2, 0, 0), count=3, pad=0, shuffle=False)[i]["input_ids"]] for i in range(3)] == [
        [100, 101],
        [102, 103],
        [104, 105],
    ]


@pytest.mark.parametrize(
    "bad, says",
    [
        ({"method": "prompt", "packing": True}, "packing does not go with prompt"),
        ({"method": "prefix", "checkpointing": True}, "checkpointing does not go with prefix"),
        ({"method": "full", "dropout": 0.1}, "dropout is a setting of lora, "),
        ({"method": "magic"}, "no method"),
        ({"steps": 0}, "steps must be 1"),
        ({"rank": True}, "whole number"),
        ({"ratio": (0, 5)}, "ratio"),
        ({"budget": -1.0}, "budget"),
        ({"dtype": "int8"}, "dtype"),
        ({"method": "prompt", "scales": (1.0, 0.5, 0.25)}, "no dial"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(bad, says):
    with pytest.raises(ConfigError, match=says):
        TuneSettings(**bad)


def test_a_step_of_rslora_goes_as_far_as_one_of_lora():
    """Its adapter counts alpha / √rank, not alpha / rank: at LoRA's rate it lost a fifth of what was known before."""
    lora, rslora = TuneSettings(), TuneSettings(method="rslora")
    assert lora.rate and rslora.rate
    assert rslora.rate * rslora.alpha / math.sqrt(rslora.rank) == pytest.approx(lora.rate * lora.alpha / lora.rank)
    assert TuneSettings(method="rslora", rate=1e-3).rate == 1e-3


def test_settings_come_back_from_plain_values():
    given_ = TuneSettings(method="adapter", steps=7, ratio=(1, 3))
    assert TuneSettings.from_dict(given_.to_dict()) == given_
    with pytest.raises(ConfigError, match="no setting stepps"):
        TuneSettings.from_dict({"stepps": 3})


@pytest.mark.parametrize("method", ["qlora"])
def test_what_this_machine_cannot_is_refused_with_the_reason(tiny, method):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(ConfigError, match="need a GPU"):
        apply(tiny()[0], TuneSettings(method=method))
