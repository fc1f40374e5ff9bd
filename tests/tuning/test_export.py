"""Handing on: merged folders and GGUF answer as the adapter does; several adapters share a base; GraphQA takes a folder."""

from __future__ import annotations

import shutil

import pytest

import kgllm
from kgllm.errors import CheckpointError, ConfigError, MissingExtraError
from kgllm.tuning.planning.memory import OWNERS
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.runs import tune
from kgllm.tuning.weights.adapters import Adapters, load
from kgllm.tuning.weights.exporting import QUANTS, export, write_gguf

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


WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def cut_by(tokenizer, *parts) -> None:
    pieces = pytest.importorskip("tokenizers").pre_tokenizers
    made = [pieces.Split(pytest.importorskip("tokenizers").Regex(one), "isolated") if isinstance(one, str) else one for one in parts]
    plain = pieces.ByteLevel(add_prefix_space=False, use_regex=not any(isinstance(one, str) for one in parts))
    tokenizer.backend_tokenizer.pre_tokenizer = pieces.Sequence([*made, plain]) if made else plain


@pytest.mark.parametrize("name", ["gpt-2", "smollm", "qwen2", "llama-bpe"])
def test_gguf_says_what_cuts_a_text_and_whether_it_begins_with_a_token(tiny, name, tmp_path):
    # checked with llama.cpp itself (node-llama-cpp 3): under another name, or with that unsaid, it read other tokens
    gguf = pytest.importorskip("gguf")
    tokenizers = pytest.importorskip("tokenizers")
    model, tokenizer = tiny(chat=False)
    digits = tokenizers.pre_tokenizers.Digits(individual_digits=True)
    cut_by(tokenizer, *{"gpt-2": (), "smollm": (digits,), "qwen2": (WORDS % "",), "llama-bpe": (WORDS % "{1,3}",)}[name])
    begins = name == "llama-bpe"
    if begins:
        tokenizer.backend_tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", tokenizer.bos_token_id)]
        )
    write_gguf(model, tokenizer, tmp_path / "model.gguf", quant="F32")
    fields = gguf.GGUFReader(tmp_path / "model.gguf").fields
    assert fields["tokenizer.ggml.pre"].contents() == name
    assert fields["tokenizer.ggml.add_bos_token"].contents() is begins


def test_gguf_of_what_cuts_texts_otherwise_is_refused(tiny, tmp_path):
    pytest.importorskip("gguf")
    model, tokenizer = tiny(chat=False)
    cut_by(tokenizer, WORDS % "{1,2}")
    with pytest.raises(ConfigError, match="GPT-2, SmolLM, Llama 3 or Qwen"):
        write_gguf(model, tokenizer, tmp_path / "model.gguf")


def test_gguf_of_llama_3_says_how_positions_are_stretched(tiny, tmp_path):
    gguf = pytest.importorskip("gguf")
    model, tokenizer = tiny(chat=False)
    rope = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
    model.config.rope_parameters = {**rope, "original_max_position_embeddings": 256}
    write_gguf(model, tokenizer, tmp_path / "model.gguf", quant="F32")
    found = {one.name: one.data for one in gguf.GGUFReader(tmp_path / "model.gguf").tensors}["rope_freqs.weight"]
    assert found.tolist() == pytest.approx([1.0, 4.923, 32.0, 32.0], abs=0.001)  # by Llama 3.1's formula, by hand
    model.config.rope_parameters = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0}
    with pytest.raises(ConfigError, match="stretched by 'yarn'"):
        write_gguf(model, tokenizer, tmp_path / "again.gguf")


def test_a_missing_package_is_told_before_anything_is_merged(monkeypatch, tmp_path):
    def require(module, extra):
        raise MissingExtraError(f"this part of kgllm needs the package {module!r}", hint=f'pip install "kgllm[{extra}]"')

    monkeypatch.setattr("kgllm.tuning.weights.exporting.require", require)
    with pytest.raises(MissingExtraError, match="'gguf'"):
        export(tmp_path / "adapter", tmp_path / "out", format="gguf")


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
