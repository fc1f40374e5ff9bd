"""The shorter way through LoRA's layers and through the head gives what PEFT and transformers give."""

from __future__ import annotations

import pytest

from kgllm.tuning.encoding.batches import Passage, collate
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.loss import base_states, is_plain, losses
from kgllm.tuning.weights.fused import fuse
from kgllm.tuning.weights.methods import apply

torch = pytest.importorskip("torch")
peft = pytest.importorskip("peft")


def adapted(tiny, **more):
    torch.manual_seed(0)
    model = apply(tiny(chat=False)[0], TuneSettings(rank=4, **more))
    with torch.no_grad():
        for name, one in model.named_parameters():
            if one.requires_grad:
                one += 0.05 * torch.randn(one.shape, generator=torch.Generator().manual_seed(len(name)))
    return model.train()


def gradients(model, **inputs):
    model.zero_grad()
    logits = model(**inputs, use_cache=False).logits
    logits.float().square().mean().backward()
    return logits.detach(), {name: one.grad.clone() for name, one in model.named_parameters() if one.grad is not None}


def plainly(model):
    """PEFT's own way again."""
    for one in model.modules():
        if type(one).__module__.startswith("peft.tuners.lora") or type(one).__name__.endswith("RMSNorm"):
            one.__dict__.pop("forward", None)
    return model


IDS = torch.tensor([[5, 6, 7, 8, 9, 10], [11, 12, 13, 14, 15, 16]])


def test_every_layer_takes_the_shorter_way_and_gives_the_same(tiny):
    model = adapted(tiny)
    assert fuse(model) == 14
    logits, found = gradients(model, input_ids=IDS)
    assert "Lora" in type(model.base_model.model.model.layers[0].self_attn.q_proj(torch.rand(1, 3, 32)).grad_fn).__name__
    before, wanted = gradients(plainly(model), input_ids=IDS)
    assert torch.allclose(logits, before, atol=1e-5)
    assert found.keys() == wanted.keys() != set()
    for name, one in wanted.items():
        assert one.abs().max() > 0
        assert torch.allclose(found[name], one, rtol=1e-4, atol=1e-6 * float(one.abs().max()) + 1e-9), name


def test_in_bfloat16_it_is_as_near_to_32_bits_as_peft_is(tiny):
    exact = gradients(plainly(adapted(tiny)), input_ids=IDS)[1]

    def distance(model):
        for one in model.parameters():
            if not one.requires_grad:
                one.data = one.data.bfloat16()
        with torch.autocast("cpu", torch.bfloat16):
            found = gradients(model, input_ids=IDS)[1]
        assert all(one.dtype is torch.float32 for one in found.values())
        return sum(float((found[name] - one).norm() ** 2) for name, one in exact.items()) ** 0.5

    assert distance(adapted(tiny)) < 1.2 * distance(plainly(adapted(tiny)))


@pytest.mark.parametrize("family", ["Llama", "Gemma3Text"])
def test_norms_of_both_kinds_are_one_kernel_and_the_same(family):
    transformers = pytest.importorskip("transformers")
    small = {
        "vocab_size": 64,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
    }
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(getattr(transformers, f"{family}Config")(**small, head_dim=8))
    for name, one in model.named_parameters():
        if "norm" in name:
            one.data += 0.1 * torch.randn(one.shape)
    model = apply(model, TuneSettings(rank=4))
    norms = [one for one in model.modules() if type(one).__name__.endswith("RMSNorm")]
    assert norms and all("forward" in one.__dict__ for one in norms)
    logits, found = gradients(model, input_ids=IDS)
    before, wanted = gradients(plainly(model), input_ids=IDS)
    assert torch.allclose(logits, before, atol=1e-5)
    assert all(torch.allclose(found[name], one, rtol=1e-3, atol=1e-7) for name, one in wanted.items())
    with torch.no_grad():  # weights loaded anew, and trained ones, are not those of before
        norms[0].weight.mul_(3)
    norms[1].weight.requires_grad_(True)
    x = torch.rand(1, 2, len(norms[0].weight), requires_grad=True)
    assert torch.allclose(norms[0](x), type(norms[0]).forward(norms[0], x), atol=1e-5)
    norms[1](x).sum().backward()
    assert norms[1].weight.grad is not None


@pytest.mark.parametrize("more", [{"dropout": 0.5}, {"method": "dora"}])
def test_what_has_more_to_it_keeps_pefts_way(tiny, more):
    model = adapted(tiny, **more)
    torch.manual_seed(1)
    logits, found = gradients(model, input_ids=IDS)
    torch.manual_seed(1)
    before, wanted = gradients(plainly(model), input_ids=IDS)
    assert torch.allclose(logits, before, atol=1e-5)
    assert all(torch.allclose(found[name], one, rtol=1e-3, atol=1e-6) for name, one in wanted.items())


def test_adapters_switched_off_stay_off(tiny):
    model = adapted(tiny)
    base = tiny(chat=False)[0]
    with model.disable_adapter():
        assert torch.allclose(model(IDS).logits, base(IDS).logits, atol=1e-6)
    assert not torch.allclose(model(IDS).logits, base(IDS).logits, atol=1e-3)


@pytest.mark.parametrize("packing", [False, True])
def test_the_head_by_pieces_has_the_loss_and_gradient_of_the_whole(tiny, packing, monkeypatch):
    from kgllm.tuning.training import loss as module

    model = adapted(tiny)
    passages = [Passage((5, 6, 7, 8, 9), (1, 3), 0), Passage((9, 8, 7, 6), (0, 2), 2)]
    with model.disable_adapter():
        states = base_states(model, passages, pad=0)
    rows = [((1, 2, 3, 4, 5), (-100, -100, 3, 4, 5)), ((7, 8, 9), (-100, -100, 9)), ((4, 4), (-100, -100))]
    batch = collate(rows, passages, pad=0, length=12, packing=packing)

    def measured(plain, piece):
        monkeypatch.setattr(module, "PIECE", piece)
        if not plain:
            monkeypatch.setattr(module, "is_plain", lambda _: False)
        model.train()
        model.zero_grad()
        summed, count, kl = losses(model, batch, states)
        (summed + 3 * kl).backward()
        return (
            float(summed.detach()),
            count,
            float(kl.detach()),
            {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None},
        )

    assert is_plain(model)
    pieces, one, whole = measured(True, 1), measured(True, 1 << 25), measured(False, 1)
    for found in (pieces, one):
        assert found[0] == pytest.approx(whole[0], rel=1e-5) and found[1] == whole[1] == 4
        assert found[2] == pytest.approx(whole[2], rel=1e-4) and whole[2] > 1e-3
        for name, slope in whole[3].items():
            assert torch.allclose(found[3][name], slope, rtol=1e-3, atol=1e-5), name


@pytest.mark.parametrize("places, pieces", [(20, 1), (100, 4), (400, 8)])
def test_the_head_goes_by_eighths_of_the_places_but_not_by_fewer_than_it_is_worth(places, pieces, monkeypatch):
    """So that a piece of the logits is little beside what the layers keep, and the head is not read over and over."""
    from kgllm.tuning.training import loss

    generator = torch.Generator().manual_seed(0)
    head = torch.nn.Linear(8, 50, bias=True).requires_grad_(False)
    states = (20 * torch.randn(places, 8, generator=generator)).requires_grad_()
    wanted = torch.randint(50, (places,), generator=generator)
    plain = torch.nn.functional.cross_entropy(head(states), wanted, reduction="sum")
    (slope,) = torch.autograd.grad(plain, states)
    sizes, linear = [], torch.nn.functional.linear
    monkeypatch.setattr(torch.nn.functional, "linear", lambda x, *more: sizes.append(len(x)) or linear(x, *more))
    loss._head_loss.cache_clear()
    found = loss.through_head(states, head, wanted=wanted)
    loss._head_loss.cache_clear()
    assert len(sizes) == pieces and sum(sizes) == places
    assert float(found.detach()) == pytest.approx(float(plain.detach()), rel=1e-5)
    assert torch.allclose(torch.autograd.grad(found, states)[0], slope, atol=1e-5)


def test_a_head_whose_logits_are_worked_over_is_not_plain():
    transformers = pytest.importorskip("transformers")
    config = transformers.Gemma2Config(
        vocab_size=64, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, head_dim=8
    )
    model = transformers.Gemma2ForCausalLM(config).requires_grad_(False)
    assert config.final_logit_softcapping and not is_plain(model)
    model.lm_head.weight.requires_grad_(True)
    assert not is_plain(model)


def test_a_batch_without_labels_costs_nothing_and_can_go_back(tiny):
    model = adapted(tiny)
    summed, count, kl = losses(model, collate([((4, 4), (-100, -100))], pad=0))
    summed.backward()
    assert (float(summed.detach()), count, float(kl)) == (0.0, 0, 0.0)
