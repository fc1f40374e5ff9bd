"""Handing on: merged folders and GGUF answer as the adapter does; several adapters share a base; GraphQA takes a folder."""

from __future__ import annotations

import shutil

import pytest

import kgllm
from kgllm.errors import CheckpointError, ConfigError
from kgllm.tuning.planning.memory import OWNERS
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.runs import tune
from kgllm.tuning.weights.adapters import Adapters, load
from kgllm.tuning.weights.exporting import QUANTS, export

torch = pytest.importorskip("torch")
IDS = torch.tensor([[5, 6, 7, 8, 9, 10]])


@pytest.fixture
def tuned(folder, rows, tmp_path):
    def make(name="out", **more):
        sizes = {"rank": 4, "width": 8, "virtual": 4}
        own = {name: size for name, size in sizes.items() if more.get("method", "lora") in OWNERS[name]}
        given = TuneSettings(**{"steps": 4, "batch": 4, "length": 128, "rate": 3e-2, "known": 0, "general": 0, **own, **more})
        return tune(folder(), rows(), tmp_path / name, settings=given)

    return make


def logits(model):
    with torch.no_grad():
        return model(IDS).logits


@pytest.mark.parametrize("method", ["lora", "dora", "rslora", "freeze"])
def test_merged_models_answer_as_the_adapter(tuned, method, tmp_path):
    from transformers import AutoModelForCausalLM

    found = tuned(method=method, **({"top": 1} if method == "freeze" else {}))
    place = export(found.folder, tmp_path / "merged")
    again = AutoModelForCausalLM.from_pretrained(place)
    assert torch.allclose(logits(again), logits(found.model), atol=1e-4)
    assert not (place / "adapter_config.json").exists()


def test_a_whole_model_is_written_as_gguf_and_not_merged_again(tuned, tmp_path):
    """One that `full` trained was refused: it has no adapter_config.json."""
    pytest.importorskip("gguf")
    from transformers import AutoModelForCausalLM

    full = tuned(method="full", rate=1e-3)
    file = export(full.folder, tmp_path / "gguf", format="gguf", quant="F32")
    again = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    assert torch.allclose(logits(again), logits(full.model), atol=1e-3)
    with pytest.raises(ConfigError, match="is a whole model already"):
        export(full.folder, tmp_path / "merged")
    merged = export(tuned("second").folder, tmp_path / "merged")
    assert export(merged, tmp_path / "again", format="gguf", quant="F32").is_file()


@pytest.mark.parametrize("method", ["prefix", "prompt", "p-tuning", "adapter"])
def test_what_cannot_be_merged_is_refused(tuned, method, tmp_path):
    found = tuned(method=method)
    with pytest.raises(ConfigError, match="cannot be merged"):
        export(found.folder, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize("quant, most", [("F32", 1e-3), ("F16", 0.2), ("BF16", 1.0), ("Q8_0", 2.0), ("Q4_0", None)])
def test_gguf_is_read_back(tuned, quant, most, tmp_path):
    pytest.importorskip("gguf")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = tuned()
    file = export(found.folder, tmp_path / "gguf", format="gguf", quant=quant)
    again = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    ours, theirs = logits(found.model), logits(again)
    if most is None:
        assert torch.nn.functional.cosine_similarity(ours.flatten(), theirs.flatten(), dim=0) > 0.6  # four bits of random weights
    else:
        assert float((ours - theirs).abs().max()) < most
    text = "Question: Who directed Inception? 流浪地球"
    assert tokenizer(text)["input_ids"] == found.tokenizer(text)["input_ids"]


def test_quants_are_those_that_the_package_knows():
    gguf = pytest.importorskip("gguf")
    assert all(hasattr(gguf.GGMLQuantizationType, quant) for quant in QUANTS)


def test_several_adapters_on_one_base_and_a_swap(tuned, folder):
    one, two = tuned("one", seed=1), tuned("two", seed=2, rate=5e-2)
    several = Adapters(folder())
    plain = logits(several.model)
    several.add("one", one.folder)
    several.add("two", two.folder)
    for name, own in (("one", one), ("two", two)):
        several.use(name)
        assert torch.allclose(logits(several.model), logits(own.model), atol=1e-4)
    several.use(None)
    assert torch.allclose(logits(several.model), plain, atol=1e-5)
    several.use("one")
    several.swap("one", two.folder)
    assert torch.allclose(logits(several.model), logits(two.model), atol=1e-4)
    with pytest.raises(ConfigError, match="an adapter's name"):
        several.add("../../x", one.folder)
    with pytest.raises(ConfigError, match="no adapter 'three'"):
        several.use("three")


def test_graphqa_takes_the_folder(tuned):
    found = tuned()
    qa = kgllm.GraphQA(kgllm.load([("Film A", "directed by", "Ana"), ("Film A", "year", "1970")]), llm=str(found.folder))
    answer = qa.ask("Who directed Film A?")
    assert answer.settings["llm"] == "out"


def test_a_folder_can_be_moved_with_its_base(tuned, tmp_path):
    found = tuned()
    ours = logits(found.model)
    (tmp_path / "far").mkdir()
    shutil.move(tmp_path / "base", tmp_path / "far" / "base")
    shutil.move(found.folder, tmp_path / "far" / "out")
    assert torch.allclose(logits(load(tmp_path / "far" / "out").model), ours, atol=1e-4)


def test_another_base_is_refused(tuned, tiny, tmp_path):
    found = tuned()
    model, tokenizer = tiny(chat=False)
    with torch.no_grad():
        model.model.embed_tokens.weight += 1
    model.save_pretrained(tmp_path / "other")
    tokenizer.save_pretrained(tmp_path / "other")
    with pytest.raises(CheckpointError, match="not the model that the adapter was trained on"):
        load(found.folder, base=tmp_path / "other")


def test_an_altered_folder_is_refused(tuned):
    found = tuned()
    (found.folder / "kgllm.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CheckpointError, match="hash differs"):
        load(found.folder)
