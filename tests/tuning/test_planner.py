"""The planner against measurements, its own exact count, and the limits of the hardware."""

from __future__ import annotations

import json

import pytest

import kgllm
from benchmarks import planner as bench
from kgllm.errors import ConfigError
from kgllm.tuning import fits, plan
from kgllm.tuning.planning.gpus import gpu, gpus
from kgllm.tuning.planning.memory import GB, METHODS, OWNERS, PASSAGE, Load, memory, trainable
from kgllm.tuning.planning.shapes import known_models, shape_of

TINY = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "vocab_size": 300,
}


def test_measured_peaks(shared):
    points = bench.measured(shared / "gpu_memory.csv")
    error, bias, worst = bench.errors(points)
    assert len(points) == 36
    assert error <= 9
    assert abs(bias) <= 3
    assert abs(worst) <= 30


@pytest.mark.parametrize("what, model, load, measured", bench.OTHERS, ids=[one[0] for one in bench.OTHERS])
def test_peaks_that_nothing_was_fitted_to(what, model, load, measured):
    assert memory(shape_of(model), load).peak / GB == pytest.approx(measured, rel=0.10)


@pytest.mark.slow
def test_activations_agree_with_the_meta_device():
    rows = bench.against_meta(length=128)
    assert len(rows) == 50
    assert not [row for row in rows if abs(row[2]) > 5]


@pytest.mark.parametrize("name", [one for one in known_models() if "moe" not in one and "a3b" not in one and "8x7b" not in one])
def test_parameters_are_those_of_the_model(name):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    values = dict(known_models()[name])
    config = transformers.AutoConfig.for_model(values.pop("model_type"), **values, pad_token_id=0)
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(config)
    counted = sum(one.numel() for one in model.parameters())
    assert shape_of(name).parameters == pytest.approx(counted, rel=1e-3)


def test_lora_parameters_are_pefts():
    peft, torch, transformers = (pytest.importorskip(name) for name in ("peft", "torch", "transformers"))
    config = transformers.AutoConfig.for_model(**TINY)
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(config)
    model = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM"))
    assert trainable(shape_of(TINY), Load(rank=4)) == model.get_nb_trainable_parameters()[0]


def test_sources_of_a_shape(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(TINY), encoding="utf-8")
    assert shape_of(tmp_path).parameters == shape_of(TINY).parameters == shape_of(tmp_path / "config.json").parameters
    assert shape_of("meta-llama/Llama-3.1-8B-Instruct").parameters == shape_of("llama-3.1-8b").parameters
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ConfigError, match="no JSON object"):
        shape_of(tmp_path)
    with pytest.raises(ConfigError, match="has no num_hidden_layers"):
        shape_of({"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4})


def test_the_largest_batch_fits_and_one_more_does_not():
    found = plan("llama-3.1-8b", gpu="A100", length=2048)
    fit = plan("llama-3.1-8b", gpu="A100", length=2048, batch=found.batch)
    over = plan("llama-3.1-8b", gpu="A100", length=2048, batch=found.batch + 1)
    assert fit.fits
    assert not over.fits
    assert plan("llama-3.1-8b", gpu="A100", length=found.length).fits
    assert not plan("llama-3.1-8b", gpu="A100", length=found.length + 1).fits


def test_what_hurts_is_named_and_mended():
    found = plan("gemma-3-270m", gpu="T4", length=2048, batch=2, loss="usual")
    assert found.hurts == "logits"
    assert any("only where labels are" in one.what for one in found.mends)
    assert "in pieces of a fixed size" in found.mends[0].what
    mended = plan("gemma-3-270m", gpu="T4", length=2048, batch=2, known=0, passages=0, packing=False)
    assert mended.parts["logits"] < found.parts["logits"] / 20
    assert found.peak - mended.peak == pytest.approx(found.mends[0].saves)
    for one in found.mends:
        assert 0.05 < one.saves < found.peak
    assert [one.saves for one in found.mends] == sorted((one.saves for one in found.mends), reverse=True)
    assert plan("llama-3.1-70b", gpu="RTX 4090").hurts == "weights"


def test_what_stands_beside_the_rows_is_counted():
    """As `teach` has it; what other trainers hold is not known, and nothing is counted."""
    from kgllm.tuning import TuneSettings

    own = TuneSettings()
    found = plan("llama-3.1-8b", gpu="A100", length=512)
    bare = plan("llama-3.1-8b", gpu="A100", length=512, known=0, passages=0)
    assert (found.load.known, found.load.passages, found.load.packing) == (own.known, own.general, True)
    assert found.load.tokens == 512 + (own.known + own.general) * PASSAGE
    assert found.parts["activations"] == pytest.approx(bare.parts["activations"] * found.load.tokens / 512, rel=0.01)
    assert found.batch < bare.batch
    assert f"{own.general} passages a step are counted beside the rows, all end to end" in found.notes[0]
    padded = plan("llama-3.1-8b", gpu="A100", length=512, packing=False)
    assert padded.load.tokens == 512 * (1 + own.known + own.general)
    assert any("end to end" in one.what for one in padded.mends)
    assert "each filled up to 512 tokens" in padded.notes[0]
    assert any("four passages" in one.what for one in padded.mends)
    assert not plan("llama-3.1-8b", gpu="A100", method="prefix").load.packing
    assert plan("llama-3.1-8b", gpu="A100", loss="usual").load.tokens == 1024
    assert fits("llama-3.1-8b", names=("A100",), length=512)["lora"]["A100"] == found.batch


def test_what_stands_beside_the_rows_is_counted_by_the_exact_step_too():
    pytest.importorskip("torch")
    bare = plan(TINY, gpu="T4", length=256, exact=True, known=0, passages=0)
    padded = plan(TINY, gpu="T4", length=256, exact=True, known=1, passages=2, packing=False)
    assert padded.parts["activations"] == pytest.approx(4 * bare.parts["activations"])


@pytest.mark.parametrize("bad", [{"known": -1}, {"passages": -1}, {"packing": True, "method": "prompt"}])
def test_what_cannot_stand_beside_the_rows(bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        plan("llama-3.1-8b", **bad)


def test_loss_in_pieces_does_not_grow_with_the_batch():
    def logits(batch, **more):
        return plan("gemma-3-270m", gpu="H100", length=256, batch=batch, known=0, passages=0, **more).parts["logits"]

    assert logits(64) < 1.2 * logits(4)
    assert logits(64) < logits(64, loss="usual") / 50
    assert logits(64, method="full") == pytest.approx(logits(64, method="full", loss="usual"))  # its head is trained
    capped = {"model_type": "gemma2", "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 256000, "final_logit_softcapping": 30.0}  # fmt: skip
    alone = {"gpu": "H100", "batch": 8, "known": 0, "passages": 0}
    assert plan(capped, **alone).parts["logits"] == plan(capped, **alone, loss="usual").parts["logits"]


KEPT = {
    "llama": {"model_type": "llama", "hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 2000},
    "gemma3": {"model_type": "gemma3_text", "hidden_size": 160, "intermediate_size": 512, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 64, "vocab_size": 2000},
    "qwen3": {"model_type": "qwen3", "hidden_size": 128, "intermediate_size": 384, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "vocab_size": 2000},
}  # fmt: skip


def sizes_of(method):
    """Of this method alone."""
    return {name: size for name, size in {"rank": 4, "width": 16, "virtual": 8}.items() if method in OWNERS[name]}


@pytest.mark.parametrize("name", sorted(KEPT))
@pytest.mark.parametrize("method", ["lora", "adapter", "prompt"])
def test_activations_are_those_that_the_trainer_keeps(name, method):
    """A step of the trainer itself, its fused layers and its loss: what autograd keeps, weights and what is made of them aside."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from kgllm.tuning.encoding.batches import collate
    from kgllm.tuning.planning.exact import config_of
    from kgllm.tuning.planning.memory import kept
    from kgllm.tuning.settings import TuneSettings
    from kgllm.tuning.training.loss import losses
    from kgllm.tuning.weights.methods import apply

    length, batch = 256, 8
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(config_of(KEPT[name]), dtype=torch.bfloat16)
    model = apply(model, TuneSettings(method=method, **sizes_of(method))).train()
    ids = [list(range(5, 5 + length))] * batch
    fed = collate([(one, [-100] * (length - 8) + one[-8:]) for one in ids], pad=0)
    sizes = {}

    def keep(tensor):
        store = tensor.untyped_storage()
        if tensor.numel() >= batch * length:  # of the tokens; matrices of adapters and norms are smaller here
            sizes[store._cdata] = store
        return tensor

    own = {one.untyped_storage()._cdata for one in (*model.parameters(), *model.buffers())}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses(model, fed)  # looks once whether the head is plain
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda one: one):
            loss = losses(model, fed)[0]
    counted = sum(store.nbytes() for place, store in sizes.items() if place not in own)
    load = Load(method=method, length=length, batch=batch, **sizes_of(method))
    assert kept(shape_of(KEPT[name]), load) == pytest.approx(counted, rel=0.06)
    assert torch.isfinite(loss)


@pytest.mark.parametrize("name", sorted(KEPT))
@pytest.mark.parametrize("method", [one for one in METHODS if one != "qlora"])
def test_as_many_parameters_are_planned_as_are_trained(name, method):
    """Prefix tuning was planned without the network that makes its keys and values: a twentieth of what it trains."""
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from kgllm.tuning.planning.exact import config_of
    from kgllm.tuning.settings import TuneSettings
    from kgllm.tuning.weights.methods import apply, trained

    config = {**KEPT[name], "hidden_size": 5 * KEPT[name]["hidden_size"]}  # wider than a prefix's network
    model = transformers.AutoModelForCausalLM.from_config(config_of(config))
    sizes = sizes_of(method)
    assert trainable(shape_of(config), Load(method=method, **sizes)) == trained(apply(model, TuneSettings(method=method, **sizes)))[0]


def test_every_method_is_planned_on_every_gpu():
    table = fits("qwen2.5-0.5b", length=512)
    assert set(table) == set(METHODS)
    assert {name for row in table.values() for name in row} == {one.name for one in gpus()}
    assert not any(row[one.name] for row in table.values() for one in gpus() if not one.runs)
    assert all(row["H100"] > 0 for row in table.values())
    assert table["full"]["RTX 4090"] < table["lora"]["RTX 4090"]


def test_the_table_of_gpus():
    assert {"Fermi", "Kepler", "Maxwell", "Pascal", "Volta", "Turing", "Ampere", "Ada", "Hopper", "Blackwell", "Da Vinci"} == {
        one.architecture for one in gpus()
    }
    assert all(one.source and one.year >= 2010 and one.memory > 0 and one.bandwidth > 0 and one.fp32 > 0 for one in gpus())
    assert not any(one.bf16 for one in gpus() if one.capability and one.capability < 8)
    assert not any(one.fp8 for one in gpus() if one.capability and one.capability < 8.9)
    assert "no bf16: fp16 with loss scaling instead" in gpu("T4").cannot
    assert "T4 (Turing): no bf16: fp16 with loss scaling instead; no FlashAttention-2; no fp8" in " ".join(
        plan("qwen2.5-0.5b", gpu="T4").notes
    )
    assert not any("(Hopper)" in one for one in plan("qwen2.5-0.5b", gpu="H100").notes)
    assert gpu("T4").runs
    assert not gpu("V100").runs
    assert gpu("H100").cannot == ()
    names = [name for one in gpus() for name in (one.name, *one.aliases)]
    assert len({gpu(name).name for name in names}) == len(gpus())


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("NVIDIA H100 80GB HBM3", "H100"), ("NVIDIA H100 PCIe", "H100-PCIe"), ("NVIDIA A100-SXM4-80GB", "A100"), ("NVIDIA A100-PCIE-40GB", "A100-40G"),
        ("NVIDIA A100 80GB PCIe", "A100"), ("Tesla V100-SXM2-32GB", "V100"), ("NVIDIA GeForce RTX 4090", "RTX 4090"), ("4090", "RTX 4090"), ("昇腾910B", "Ascend 910B"),
        ("Tesla V100-SXM2-16GB", None), ("A100 24GB", None), ("NVIDIA H100 NVL", None), ("L40", None), ("", None),
    ],
)  # fmt: skip
def test_a_gpu_is_found_by_what_its_driver_calls_it(said, name):
    if name is None:  # another card, of which the table's memory would be wrong
        with pytest.raises(ConfigError, match="no GPU"):
            gpu(said)
    else:
        assert gpu(said).name == name


def test_the_table_agrees_with_the_built_in_graph():
    graph = kgllm.datasets.load("gpu")
    checked = 0
    for card in gpus():
        found = graph.find([card.name])[0]
        if not found or card.name == "K80":  # one of its two chips here, the board there
            continue
        node = found[0].node
        wanted = {"memory size": card.memory, "memory bandwidth": card.bandwidth}
        if card.name == "B200":  # the architecture brief says 192 GB; of a DGX's cards 180 can be used
            del wanted["memory size"]
        relations = [(one.relation, one.way) for one in graph.relations([node])[0] if one.relation.name in wanted and one.way == "out"]
        for each in graph.expand([node], relations, 5):
            said = {float(step.fact.object.name.split()[0]) for step in each.steps}  # some are sold in two sizes
            assert not said or wanted[each.steps[0].fact.relation.name] in said, card.name
            checked += len(said)
    assert checked > 20


@pytest.mark.parametrize(
    "bad, says",
    [
        ({"gpu": "GTX 9999"}, "no GPU"),
        ({"method": "magic"}, "no method"),
        ({"gpu": "T4", "dtype": "bf16"}, "does not compute in bf16"),
        ({"method": "prefix", "checkpointing": True}, "does not go with activation checkpointing"),
        ({"length": 0}, "length must be 1 or more"),
        ({"rnak": 4}, "fields of Load"),
        ({"method": "prompt", "exact": True}, "exact counts"),
    ],
)
def test_what_cannot_be_is_refused(bad, says):
    with pytest.raises(ConfigError, match=says):
        plan(TINY, **bad)


def test_exact_is_near_the_formula():
    said, counted = plan(TINY, gpu="A100", length=256, batch=4), plan(TINY, gpu="A100", length=256, batch=4, exact=True)
    assert counted.parts["activations"] == pytest.approx(said.parts["activations"], rel=0.1)


def test_time_falls_with_faster_gpus_and_cheaper_methods():
    def rate(**load):
        return plan("qwen2.5-7b", **load).time.tokens_per_second

    assert rate(gpu="H100") > rate(gpu="A100") > rate(gpu="A10") > rate(gpu="T4")
    assert rate(gpu="H100", method="lora") > rate(gpu="H100", method="dora") > rate(gpu="H100", method="full")
    assert plan("qwen2.5-7b", gpu="H100", tokens=10**6, devices=2).time.seconds < plan("qwen2.5-7b", gpu="H100", tokens=10**6).time.seconds


@pytest.mark.model
@pytest.mark.slow
def test_the_small_model_is_planned_by_its_name():
    assert shape_of("gemma3-270m").hidden == 640
