"""What every test may use. Real data lies beside the checkout (../shared/data) and is never part of it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")  # how long drawing takes says nothing of what is tested

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that of several processes none is left alone with one at the end."""
    long = {item.path for item in items if {mark.name for mark in item.iter_markers()} & {"slow", "model", "neo4j", "sparql"}}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files go to processes whole, and all that ask Neo4j to one: each process would start servers of its own, half a minute each."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Placed(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            servers = "tests/graphs/bolt/"
            return servers if nodeid.startswith(servers) else super()._split_scope(nodeid)

    return Placed(config, log)


@pytest.fixture(autouse=True)
def _loggers_heard() -> None:
    """A page of the docs shows how notes are silenced: that must not hold for the tests after it in the same process."""
    for name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "kgllm"]:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the benchmark data, named by KGLLM_SHARED or beside the checkout; skips where it is absent."""
    for folder in (os.environ.get("KGLLM_SHARED"), ROOT.parent / "shared", ROOT.parent.parent / "shared"):
        if folder and (Path(folder) / "data").is_dir():
            return Path(folder) / "data"
    pytest.skip("needs the benchmark data in ../shared/data (or KGLLM_SHARED)")


@pytest.fixture(scope="session")
def whole_kinds() -> Any:
    """Questions for whole kinds of things, and a small graph that answers them the same on every backend."""
    from whole_kinds import WholeKinds

    return WholeKinds()


TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PAGE = (
    "Question: Who directed Inception? Answer: Christopher Nolan [1]\nFacts: the film, its year and its actors → ← data.\n"
    "流浪地球的导演是谁？郭帆。事实：问题：答案：根据下面的事实回答问题。 0123456789 <facts> </facts> abcdefghijklmnopqrstuvwxyz\n"
) * 3


@pytest.fixture(scope="session")
def tiny() -> Callable[..., tuple[Any, Any]]:
    """Makes a causal language model with random weights and a byte-level tokenizer, in a few milliseconds."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")

    def make(*, chat: bool = True, context: int = 2048) -> tuple[Any, Any]:
        raw = tokenizers.Tokenizer(tokenizers.models.BPE())
        raw.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
        raw.decoder = tokenizers.decoders.ByteLevel()
        special = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "[INST]"]
        alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
        trainer = tokenizers.trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
        raw.train_from_iterator([PAGE], trainer)
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_object=raw,
            bos_token="<s>",
            eos_token="<|im_end|>" if chat else "</s>",
            additional_special_tokens=["<|im_start|>", "[INST]"],
        )
        tokenizer.chat_template = TEMPLATE if chat else None
        torch.manual_seed(0)
        config = transformers.LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=context, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, initializer_range=0.5,
        )  # fmt: skip
        return transformers.LlamaForCausalLM(config).eval(), tokenizer

    return make
